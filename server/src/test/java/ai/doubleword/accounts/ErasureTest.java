package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ErasureTest {
    private final SignInFixture fixture = new SignInFixture();
    private final Accounts accounts = fixture.accounts;
    private final Erasure erasure =
            new Erasure(fixture.database.database(), List.of(), List.of(), fixture.clock, (transaction, event) -> {});

    @AfterEach
    void close() {
        fixture.database.close();
    }

    @Test
    void theLastAdministratorIsNotErased() {
        User only = accounts.createUser("only", "only@example.com", UserRole.ADMINISTRATOR);
        refused(only, "last administrator");

        accounts.createUser("other", "other@example.com", UserRole.ADMINISTRATOR);
        erasure.erase(only.id());
        assertThat(accounts.user(only.id())).isEmpty();
    }

    @Test
    void theLastOwnerOfAnOrganizationIsNotErasedAndEachIsNamed() {
        User owner = fixture.user("ada");
        User other = fixture.user("bob");
        Organization acme = accounts.createOrganization("acme", "Acme", owner.id());
        Organization shared = accounts.createOrganization("shared", "Shared", owner.id());
        accounts.putMember(shared.id(), other.id(), MemberRole.OWNER, true);
        refused(owner, "last owner of Acme:");

        accounts.putMember(acme.id(), other.id(), MemberRole.OWNER, true);
        erasure.erase(owner.id());
        assertThat(accounts.members(acme)).extracting(Member::user).containsExactly(other.id());
        assertThat(accounts.members(shared)).extracting(Member::user).containsExactly(other.id());
    }

    @Test
    void nobodyIsErasedTwiceOrLetInAgain() {
        User user = fixture.user("ada");
        erasure.erase(user.id());

        assertThatThrownBy(() -> erasure.erase(user.id()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThatThrownBy(() -> accounts.setDisabled(user.id(), false)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> accounts.setRole(user.id(), UserRole.ADMINISTRATOR))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> fixture.signIn(user)).isInstanceOf(ProblemException.class);
    }

    @Test
    void nameAndAddressAreFreeAgain() {
        User user = fixture.user("ada");
        erasure.erase(user.id());
        assertThat(fixture.user("ada").id()).isNotEqualTo(user.id());
    }

    @Test
    void mailsAndTheSecondFactorGoToo() {
        User user = fixture.user("ada");
        SignInData data = new SignInData(fixture.factor, fixture.passkeys, fixture.links, fixture.mails.outbox());
        fixture.factor.begin(user.id());
        fixture.database
                .database()
                .engine()
                .useTransaction(
                        handle -> fixture.mails.outbox().put(handle, Letters.notice(user, "Something changed")));
        new Erasure(fixture.database.database(), List.of(data), List.of(), fixture.clock, (transaction, event) -> {})
                .erase(user.id());

        assertThat(fixture.factor.pending(user.id())).isEmpty();
        assertThat(fixture.mails.arrived()).isEmpty();
        List<?> mails = fixture.database
                .database()
                .engine()
                .withHandle(handle -> fixture.mails.outbox().to(handle, user.email()));
        assertThat(mails).isEmpty();
    }

    private void refused(User user, String because) {
        assertThatThrownBy(() -> erasure.erase(user.id())).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(refused.problem().message()).contains(because);
        });
        assertThat(accounts.user(user.id())).isPresent();
    }
}
