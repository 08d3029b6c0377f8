package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.mail.TestMails.Sent;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TestPublicAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PasskeysTest {
    private static final String ORIGIN = "http://localhost:8080";

    private final SignInFixture world = new SignInFixture();
    private final Passkeys passkeys = world.passkeys;
    private final PasskeySignIn signIns = new PasskeySignIn(
            world.database.database(),
            world.verifier,
            world.challenges,
            world.sessions,
            world.throttle,
            SignInFixture.NO_AUDIT);
    private final User ada = world.user("ada");
    private final SoftAuthenticator authenticator = new SoftAuthenticator(ORIGIN);

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    @Tag("S-15")
    void aPasskeySignsInWithoutAnAddress() {
        add();
        Sessions.Opened opened = signIn(authenticator.get(challenge()));
        assertThat(opened.session().user()).isEqualTo(ada.id());
        assertThat(opened.session().method()).isEqualTo(SignInMethod.PASSKEY);
        assertThat(passkeys.list(ada.id())).singleElement().satisfies(passkey -> {
            assertThat(passkey.name()).isEqualTo("laptop");
            assertThat(passkey.used()).isPresent();
        });
        assertThat(world.mails.arrived()).extracting(Sent::subject).containsExactly("The passkey “laptop” was added");
    }

    @Test
    @Tag("S-15")
    void aChallengeIsAnsweredOnceAndWithinFiveMinutes() {
        add();
        String answer = authenticator.get(challenge());
        signIn(answer);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(answer));

        String late = authenticator.get(challenge());
        world.clock.advance(PasskeyChallenges.LIFETIME);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(late));
        String own = authenticator.get(SoftAuthenticator.base64(new byte[32]));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(own));
        String forAdding = authenticator.get(SoftAuthenticator.base64(passkeys.challenge(ada.id())));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(forAdding));
    }

    @Test
    @Tag("S-15")
    void anAnswerMustComeFromOurPageForThisServerByAVerifiedUser() {
        add();
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(authenticator.on("https://evil.example").get(challenge())));
        authenticator.on(ORIGIN);
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(authenticator.forRelyingParty("evil.example").get(challenge())));
        authenticator.forRelyingParty("localhost");
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(authenticator.verifying(false).get(challenge())));
        authenticator.verifying(true);
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(
                        authenticator.withUserHandle(PasskeySignIn.handle(1)).get(challenge())));
        authenticator.withUserHandle(PasskeySignIn.handle(ada.id()));
        assertThat(signIn(authenticator.get(challenge())).session().user()).isEqualTo(ada.id());
    }

    @Test
    @Tag("S-15")
    void aCopyThatDoesNotCountOnIsRefused() {
        authenticator.counting(10);
        add();
        signIn(authenticator.get(challenge()));
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(authenticator.counting(10).get(challenge())));
        refused(
                ErrorCode.SIGN_IN_REFUSED,
                () -> signIn(authenticator.counting(3).get(challenge())));
        signIn(authenticator.counting(50).get(challenge()));
    }

    @Test
    void aPasskeyOfAnotherKeyIsNone() {
        add();
        SoftAuthenticator stranger = new SoftAuthenticator(ORIGIN).withUserHandle(PasskeySignIn.handle(ada.id()));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(stranger.get(challenge())));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn("{}"));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn("\"text\""));
    }

    @Test
    void aRemovedPasskeyAndADisabledUserDoNotSignIn() {
        add();
        world.accounts.setDisabled(ada.id(), true);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(authenticator.get(challenge())));
        world.accounts.setDisabled(ada.id(), false);
        String id = passkeys.list(ada.id()).getFirst().wireId();
        User bob = world.user("bob");
        refused(ErrorCode.NOT_FOUND, () -> passkeys.remove(bob, id));
        refused(ErrorCode.NOT_FOUND, () -> passkeys.rename(bob.id(), id, "mine"));
        passkeys.rename(ada.id(), id, "desk");
        assertThat(passkeys.list(ada.id())).extracting(Passkey::name).containsExactly("desk");
        passkeys.remove(ada, id);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> signIn(authenticator.get(challenge())));
    }

    @Test
    void whatIsAddedMustAnswerTheChallengeOfThatUser() {
        User bob = world.user("bob");
        String foreign = SoftAuthenticator.base64(passkeys.challenge(bob.id()));
        refused(ErrorCode.INVALID_VALUE, () -> passkeys.add(ada, "laptop", create(foreign)));
        refused(ErrorCode.INVALID_VALUE, () -> passkeys.add(ada, "laptop", create(challenge())));
        String challenge = SoftAuthenticator.base64(passkeys.challenge(ada.id()));
        authenticator.verifying(false);
        refused(ErrorCode.INVALID_VALUE, () -> passkeys.add(ada, "laptop", create(challenge)));
        authenticator.verifying(true);
        refused(ErrorCode.INVALID_VALUE, () -> passkeys.add(ada, "laptop", create(challenge)));
        refused(ErrorCode.INVALID_VALUE, () -> passkeys.add(ada, " ", "{}"));
        add();
        refused(ErrorCode.CONFLICT, this::add);
    }

    @Test
    void passkeysAreOfferedWhereBrowsersKnowThem() {
        assertThat(world.verifier.possible()).isTrue();
        assertThat(possible("https://dw.example:8443")).isTrue();
        assertThat(possible("http://dw.example")).isFalse();
        assertThat(possible("https://192.0.2.1")).isFalse();
        assertThat(possible("http://127.0.0.1:8080")).isFalse();
        assertThat(possible("https://[::1]")).isFalse();
    }

    @Test
    @Tag("S-15")
    void whoAsksForChallengesWithoutEndIsSlowedDown() {
        for (int i = 0; i < 60; i++) {
            signIns.challenge("2001:db8::" + i);
        }
        refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> {
            for (int i = 0; i < 2; i++) {
                signIns.challenge("2001:db8::1:" + i);
            }
        });
        signIns.challenge("2001:db8:0:1::1");
    }

    private void add() {
        passkeys.add(ada, "laptop", create(SoftAuthenticator.base64(passkeys.challenge(ada.id()))));
    }

    private String create(String challenge) {
        return authenticator.create(challenge, PasskeySignIn.handle(ada.id()));
    }

    private String challenge() {
        return SoftAuthenticator.base64(signIns.challenge("192.0.2.1"));
    }

    private Sessions.Opened signIn(String answer) {
        return signIns.signIn(answer, SignInFixture.from("192.0.2.1"));
    }

    private static boolean possible(String url) {
        return new PasskeyVerifier(TestPublicAddress.of(url)).possible();
    }

    private static void refused(ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }
}
