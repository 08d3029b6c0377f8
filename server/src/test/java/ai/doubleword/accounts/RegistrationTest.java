package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.mail.TestMails.Sent;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final String PASSWORD = "nine quiet harbours";

    private final SignInFixture world = new SignInFixture();
    private final Invites invites = new Invites(
            world.database.database(),
            world.ids,
            world.random,
            world.clock,
            world.mails.outbox(),
            SignInFixture.NO_AUDIT);
    private final AddressRequests requests = new AddressRequests(
            world.database.database(), world.throttle, world.ids, world.clock, SignInFixture.NO_AUDIT);
    private final AccountsConfig byDomain = SignInFixture.config(Map.of(
            "doubleword.accounts.registration", "domain", "doubleword.accounts.domains", "example.com, Example.org"));

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    void whoReadsMailsOfAnAllowedDomainMakesAUser() {
        ask(byDomain, "Grace@example.ORG");
        String token = world.mails.arrived().getFirst().token();
        assertThat(registration(byDomain).find(token)).hasValue("Grace@example.ORG");

        Sessions.Opened opened = registration(byDomain).finish(token, PASSWORD, SignInFixture.from("192.0.2.1"));

        User made = world.accounts.user(opened.session().user()).orElseThrow();
        assertThat(made.email()).isEqualTo("Grace@example.ORG");
        assertThat(made.verified()).isTrue();
        assertThat(made.role()).isEqualTo(UserRole.USER);
        assertThat(world.signIn("grace@example.org", PASSWORD).session().user()).isEqualTo(made.id());
        refused(
                ErrorCode.NOT_FOUND,
                () -> registration(byDomain).finish(token, PASSWORD, SignInFixture.from("192.0.2.1")));
    }

    @Test
    void otherDomainsAreSentNothing() {
        for (String email :
                List.of("eve@evil.example", "eve@sub.example.com", "eve@notexample.com", "eve@example.co")) {
            ask(byDomain, email);
        }
        assertThat(world.mails.arrived()).isEmpty();
    }

    @Test
    @Tag("S-15")
    void anAddressWithAUserIsToldSoByMailAlone() {
        User ada = world.user("ada");
        String known = requests.askRegistration(ada.email(), "192.0.2.1");
        String unknown = requests.askRegistration("eve@evil.example", "192.0.2.1");
        assertThat(List.of(known, unknown)).containsExactly(ada.email(), "eve@evil.example");
        answers(byDomain).answer();
        assertThat(world.mails.arrived()).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).isEqualTo(ada.email());
            assertThat(mail.subject()).isEqualTo("You have a user already");
        });
    }

    @Test
    void byInviteTheInviteIsSentAgainAndNothingElse() {
        AccountsConfig byInvite = SignInFixture.config(Map.of("doubleword.accounts.registration", "invite"));
        User owner = world.user("owner");
        Organization acme = world.accounts.createOrganization("acme", "Acme", owner.id());
        Invites.Issued issued = invites.invite(acme, owner.id(), "new@else.example", MemberRole.MEMBER, false);
        world.mails.arrived();

        ask(byInvite, "new@else.example");
        ask(byInvite, "nobody@example.com");

        List<Sent> sent = world.mails.arrived();
        assertThat(sent).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).isEqualTo("new@else.example");
            assertThat(mail.path()).startsWith("/invite/");
            assertThat(mail.token()).isNotEqualTo(issued.token().revealText());
        });
    }

    @Test
    void offNothingIsSentAndALinkOfBeforeDoesNotWork() {
        ask(byDomain, "grace@example.com");
        String token = world.mails.arrived().getFirst().token();
        AccountsConfig off = SignInFixture.config();
        assertThat(registration(off).isOn()).isFalse();
        assertThat(registration(off).find(token)).isEmpty();
        ask(off, "hopper@example.com");
        assertThat(world.mails.arrived()).isEmpty();
    }

    @Test
    void aLinkEndsAfterADayAndTheFirstOfTwoWins() {
        ask(byDomain, "grace@example.com");
        ask(byDomain, "grace@example.com");
        List<Sent> sent = world.mails.arrived();
        assertThat(sent).hasSize(2);
        registration(byDomain).finish(sent.getFirst().token(), PASSWORD, SignInFixture.from("192.0.2.1"));
        refused(
                ErrorCode.CONFLICT,
                () -> registration(byDomain).finish(sent.getLast().token(), PASSWORD, SignInFixture.from("192.0.2.1")));
        world.clock.advance(Duration.ofHours(24));
        assertThat(registration(byDomain).find(sent.getLast().token())).isEmpty();
    }

    @Test
    @Tag("S-15")
    void askingIsSlowedDown() {
        for (int i = 0; i <= Throttle.FREE_PER_ACCOUNT; i++) {
            requests.askRegistration("grace@example.com", "192.0.2.1");
        }
        refused(ErrorCode.TOO_MANY_ATTEMPTS, () -> requests.askRegistration("grace@example.com", "192.0.2.2"));
    }

    private void ask(AccountsConfig config, String email) {
        requests.askRegistration(email, "192.0.2.1");
        answers(config).answer();
    }

    private AddressAnswers answers(AccountsConfig config) {
        PasswordReset resets = new PasswordReset(
                world.database.database(), world.links, world.mails.outbox(), world.sessions, SignInFixture.NO_AUDIT);
        return new AddressAnswers(
                world.database.database(),
                resets,
                new RegistrationMails(config, world.links, invites, world.mails.outbox()));
    }

    private Registration registration(AccountsConfig config) {
        return new Registration(
                world.database.database(), world.links, world.accounts, world.sessions, config, SignInFixture.NO_AUDIT);
    }

    private static void refused(ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }
}
