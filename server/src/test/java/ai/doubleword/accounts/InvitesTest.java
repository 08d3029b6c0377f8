package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InvitesTest {
    private final SignInFixture world = new SignInFixture();
    private final Invites invites = new Invites(
            world.database.database(),
            world.ids,
            world.random,
            world.clock,
            world.mails.outbox(),
            SignInFixture.NO_AUDIT);
    private final InviteAnswers answers =
            new InviteAnswers(world.database.database(), world.clock, world.accounts, SignInFixture.NO_AUDIT);
    private final User owner = world.user("owner");
    private final User guest = world.user("guest");
    private final Organization organization = world.accounts.createOrganization("acme", "Acme", owner.id());

    @AfterEach
    void close() {
        world.database.close();
    }

    @Test
    void anInviteMakesWhoAcceptsItAMemberWithItsRole() {
        String token = invite(MemberRole.ADMIN);

        answers.accept(token, guest);

        assertThat(world.accounts.memberships(guest.id())).singleElement().satisfies(membership -> {
            assertThat(membership.organization()).isEqualTo(organization);
            assertThat(membership.role()).isEqualTo(MemberRole.ADMIN);
        });
        assertThat(invites.open(organization)).isEmpty();
    }

    @Test
    void anInviteGoesToItsAddressWithALinkThatAcceptsIt() {
        invite(MemberRole.MEMBER);

        assertThat(world.mails.arrived()).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).isEqualTo(guest.email());
            assertThat(mail.subject()).contains("Acme");
            assertThat(mail.path()).startsWith("/invite/");
            answers.accept(mail.token(), guest);
        });
        assertThat(world.accounts.memberships(guest.id())).hasSize(1);
    }

    @Test
    void anInviteWorksOnce() {
        String token = invite(MemberRole.MEMBER);
        answers.accept(token, guest);
        world.accounts.removeMember(organization.id(), guest.id());

        refused(ErrorCode.NOT_FOUND, () -> answers.accept(token, guest));
        assertThat(world.accounts.memberships(guest.id())).isEmpty();
    }

    @Test
    void ofManyAtTheSameTimeOneAccepts() {
        String token = invite(MemberRole.MEMBER);
        AtomicInteger accepted = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.execute(() -> {
                    answers.accept(token, guest);
                    accepted.incrementAndGet();
                });
            }
        }
        assertThat(accepted).hasValue(1);
    }

    @Test
    void anInviteEndsAfterSevenDaysAndANewLinkRevivesIt() {
        Invites.Issued issued = invites.invite(organization, owner.id(), guest.email(), MemberRole.MEMBER, false);
        String token = issued.token().revealText();
        world.clock.advance(Duration.ofDays(7).minusSeconds(1));
        assertThat(answers.find(token)).isPresent();
        world.clock.advance(Duration.ofSeconds(1));
        refused(ErrorCode.NOT_FOUND, () -> answers.accept(token, guest));

        String renewed =
                invites.renew(organization, issued.invite().id()).token().revealText();

        answers.accept(renewed, guest);
        assertThat(world.accounts.memberships(guest.id())).hasSize(1);
    }

    @Test
    void aNewLinkEndsTheOneBefore() {
        Invites.Issued issued = invites.invite(organization, owner.id(), guest.email(), MemberRole.MEMBER, false);
        invites.renew(organization, issued.invite().id());
        refused(ErrorCode.NOT_FOUND, () -> answers.accept(issued.token().revealText(), guest));
    }

    @Test
    void anInviteThatWasTakenBackOrDeclinedIsGone() {
        Invites.Issued issued = invites.invite(organization, owner.id(), guest.email(), MemberRole.MEMBER, false);
        invites.revoke(organization, issued.invite().id());
        refused(ErrorCode.NOT_FOUND, () -> answers.accept(issued.token().revealText(), guest));

        String second = invite(MemberRole.MEMBER);
        answers.decline(second, guest);
        refused(ErrorCode.NOT_FOUND, () -> answers.accept(second, guest));
        assertThat(world.accounts.memberships(guest.id())).isEmpty();
    }

    @Test
    void anInviteForAnotherAddressIsRefusedAndStillWorksForItsOwn() {
        String token = invite(MemberRole.MEMBER);
        User thief = world.user("thief");

        refused(ErrorCode.PERMISSION_DENIED, () -> answers.accept(token, thief));
        refused(ErrorCode.PERMISSION_DENIED, () -> answers.decline(token, thief));

        answers.accept(token, guest);
        assertThat(world.accounts.memberships(thief.id())).isEmpty();
    }

    @Test
    void nobodyIsInvitedTwiceOrWhileAMember() {
        invite(MemberRole.MEMBER);
        refused(ErrorCode.CONFLICT, () -> invite(MemberRole.MEMBER));
        refused(
                ErrorCode.CONFLICT,
                () -> invites.invite(organization, owner.id(), owner.email(), MemberRole.MEMBER, false));
    }

    @Test
    void invitesOfAnotherOrganizationAreOutOfReach() {
        Invites.Issued issued = invites.invite(organization, owner.id(), guest.email(), MemberRole.MEMBER, false);
        Organization other = world.accounts.createOrganization("other", "Other", guest.id());
        refused(ErrorCode.NOT_FOUND, () -> invites.revoke(other, issued.invite().id()));
        refused(ErrorCode.NOT_FOUND, () -> invites.renew(other, issued.invite().id()));
        assertThat(invites.open(other)).isEmpty();
    }

    @Test
    @Tag("S-02")
    void theDatabaseHoldsNoTokenThatAnInviteIsAcceptedWith() {
        String token = invite(MemberRole.MEMBER);
        String rows = world.database
                .database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT string_agg(t::text, ' ') FROM invite t")
                        .mapTo(String.class)
                        .one());
        assertThat(rows).contains(guest.email()).doesNotContain(token);
    }

    private String invite(MemberRole role) {
        return invites.invite(organization, owner.id(), guest.email(), role, false)
                .token()
                .revealText();
    }

    private static void refused(ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }
}
