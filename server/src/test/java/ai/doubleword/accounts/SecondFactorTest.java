package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.mail.TestMails.Sent;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SecondFactorTest {
    private final SignInFixture world = new SignInFixture();
    private final User ada = world.user("ada");

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    @Tag("S-15")
    void onceAnAppIsConfirmedThePasswordAloneOpensNothing() {
        world.factor.begin(ada.id());
        assertThat(world.signIn(ada).session().method())
                .as("not asked for before it is confirmed")
                .isEqualTo(SignInMethod.PASSWORD);
        byte[] secret = turnOn();

        String step = half();
        assertThat(world.sessions.list(ada.id())).hasSize(1);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(step, "000000"));
        Sessions.Opened opened = finish(step, code(secret));

        assertThat(opened.session().method()).isEqualTo(SignInMethod.PASSWORD_AND_CODE);
        refused(ErrorCode.SIGN_IN_REQUIRED, () -> finish(step, code(secret)));
    }

    @Test
    @Tag("S-15")
    void aCodeWorksOnceAlsoForManyAtTheSameTime() {
        byte[] secret = turnOn();
        world.clock.advance(Totp.STEP);
        String code = Totp.code(secret, Totp.step(world.clock.instant()));
        List<String> steps = List.of(half(), half(), half(), half());
        AtomicInteger in = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String step : steps) {
                threads.execute(() -> {
                    finish(step, code);
                    in.incrementAndGet();
                });
            }
        }
        assertThat(in).hasValue(1);
    }

    @Test
    @Tag("S-15")
    void guessingCodesIsSlowedDownAndTheRightPasswordDoesNotHelp() {
        byte[] secret = turnOn();
        for (int i = 0; i <= Throttle.FREE_PER_ACCOUNT; i++) {
            String step = half();
            refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(step, "000000"));
        }
        String step = half();
        refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> finish(step, "000000"));
        world.clock.advance(Throttle.LONGEST);
        assertThat(finish(half(), code(secret)).session().user()).isEqualTo(ada.id());
    }

    @Test
    @Tag("S-15")
    void aCodeProvesWhoIsSignedInAndWorksOnceThereOrAtSignIn() {
        Session session = world.signIn(ada).session();
        byte[] secret = turnOn();
        world.clock.advance(Duration.ofHours(1));
        String code = code(secret);
        assertThat(confirm(session, code).proven()).isEqualTo(world.clock.instant());
        refused(ErrorCode.SIGN_IN_REFUSED, () -> confirm(session, code));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(half(), code));

        world.clock.advance(Totp.STEP);
        String next = code(secret);
        finish(half(), next);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> confirm(session, next));
    }

    @Test
    @Tag("S-15")
    void guessesFromABrowserThatIsSignedInCountWithThoseAtSignIn() {
        Session session = world.signIn(ada).session();
        byte[] secret = turnOn();
        String step = half();
        for (int i = 0; i <= Throttle.FREE_PER_ACCOUNT; i++) {
            refused(ErrorCode.SIGN_IN_REFUSED, () -> confirm(session, "000000"));
        }
        refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> confirm(session, "000000"));
        refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> finish(step, "000000"));
        world.clock.advance(Throttle.LONGEST);
        confirm(session, code(secret));
    }

    @Test
    void aRecoveryCodeProvesNothingToABrowserThatIsSignedIn() {
        Session session = world.signIn(ada).session();
        world.factor.begin(ada.id());
        List<String> codes = world.factor.confirm(ada, code(pending()));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> confirm(session, codes.getFirst()));
        assertThat(world.factor.state(ada.id()).codesLeft()).isEqualTo(codes.size());
    }

    @Test
    void aHalfSignInEndsAfterTenMinutes() {
        byte[] secret = turnOn();
        String step = half();
        world.clock.advance(HalfSignIns.LIFETIME);
        refused(ErrorCode.SIGN_IN_REQUIRED, () -> finish(step, code(secret)));
    }

    @Test
    @Tag("S-15")
    void aRecoveryCodeSignsInOnceAndSaysSo() {
        world.factor.begin(ada.id());
        List<String> codes = world.factor.confirm(ada, code(pending()));
        world.mails.arrived();

        finish(half(), codes.getFirst().toUpperCase(java.util.Locale.ROOT).replace("-", " "));

        assertThat(world.mails.arrived())
                .extracting(Sent::subject)
                .containsExactly("A recovery code signed you in; 9 are left");
        refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(half(), codes.getFirst()));
        List<String> renewed = world.factor.renewCodes(ada);
        refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(half(), codes.get(1)));
        finish(half(), renewed.getFirst());
    }

    @Test
    void aRecoveryCodeOfAnotherUserIsNone() {
        turnOn();
        User bob = world.user("bob");
        world.factor.begin(bob.id());
        List<String> codes = world.factor.confirm(bob, code(pending(bob)));
        refused(ErrorCode.SIGN_IN_REFUSED, () -> finish(half(), codes.getFirst()));
    }

    @Test
    void anAppThatIsOnIsNotReplacedWithoutTurningItOff() {
        turnOn();
        refused(ErrorCode.CONFLICT, () -> world.factor.begin(ada.id()));
        assertThat(world.factor.pending(ada.id())).isEmpty();
        world.factor.turnOff(ada);
        assertThat(world.signIn(ada).session().user()).isEqualTo(ada.id());
        assertThat(world.mails.arrived())
                .extracting(Sent::subject)
                .containsExactly("Two-factor sign-in was turned on", "Two-factor sign-in was turned off");
    }

    @Test
    void theOperatorsLinkLetsInWhoLostTheSecondFactor() {
        turnOn();
        AdminLinks links = new AdminLinks(
                world.database.database(),
                world.sessions,
                world.random,
                world.clock,
                world.factor,
                SignInFixture.NO_AUDIT);
        String step = half();
        links.claim(
                links.create(ada.id()).revealText(),
                ada.email(),
                "nine quiet harbours",
                SignInFixture.from("192.0.2.1"));
        refused(ErrorCode.SIGN_IN_REQUIRED, () -> finish(step, "000000"));
        assertThat(world.signIn(ada.email(), "nine quiet harbours").session().user())
                .isEqualTo(ada.id());
    }

    @Test
    @Tag("S-08")
    @Tag("S-02")
    void theDatabaseHoldsNeitherSecretNorCodesNorTokens() {
        world.factor.begin(ada.id());
        byte[] secret = pending();
        List<String> codes = world.factor.confirm(ada, code(secret));
        String step = half();
        String rows = world.database
                .database()
                .engine()
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT (SELECT string_agg(encode(secret, 'hex') || t::text, ' ') FROM totp t)
                            || (SELECT string_agg(c::text, ' ') FROM recovery_code c)
                            || (SELECT string_agg(h::text, ' ') FROM half_sign_in h)
                        """).mapTo(String.class).one());
        assertThat(rows)
                .doesNotContain(java.util.HexFormat.of().formatHex(secret))
                .doesNotContain(Totp.base32(secret))
                .doesNotContain(codes.getFirst())
                .doesNotContain(step);
    }

    @Test
    void aDisabledUserDoesNotFinish() {
        byte[] secret = turnOn();
        String step = half();
        world.accounts.setDisabled(ada.id(), true);
        refused(ErrorCode.SIGN_IN_REQUIRED, () -> finish(step, code(secret)));
    }

    /// @return the secret that the app has
    private byte[] turnOn() {
        world.factor.begin(ada.id());
        byte[] secret = pending();
        world.factor.confirm(ada, code(secret));
        return secret;
    }

    private String half() {
        var outcome = world.passwords.signIn(ada.email(), SignInFixture.PASSWORD, SignInFixture.from("192.0.2.1"));
        return ((PasswordSignIn.Outcome.Half) outcome).step().revealText();
    }

    private Sessions.Opened finish(String step, String code) {
        return world.halves.finish(step, code, SignInFixture.from("192.0.2.1"));
    }

    private Session confirm(Session session, String code) {
        return world.proof.confirm(session, code, SignInFixture.from("192.0.2.1"));
    }

    /// The next code of the app: each works once.
    private String code(byte[] secret) {
        world.clock.advance(Totp.STEP);
        return Totp.code(secret, Totp.step(world.clock.instant()));
    }

    private byte[] pending() {
        return pending(ada);
    }

    private byte[] pending(User user) {
        try (Secret shown = world.factor.pending(user.id()).orElseThrow()) {
            return unbase32(shown.revealText());
        }
    }

    static byte[] unbase32(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 5 / 8);
        long buffer = 0;
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            buffer = (buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(text.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes.put((byte) (buffer >> bits));
            }
        }
        return bytes.array();
    }

    private static void refused(ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }
}
