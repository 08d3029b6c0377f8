package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private final Accounts accounts = new SignInFixture().accounts;

    @Test
    void theLastAdministratorIsNeitherDisabledNorDemoted() {
        User first = accounts.createUser("first", "first@example.com", UserRole.ADMINISTRATOR);
        User second = accounts.createUser("second", "second@example.com", UserRole.ADMINISTRATOR);

        accounts.setDisabled(first.id(), true);
        conflicts(() -> accounts.setDisabled(second.id(), true));
        conflicts(() -> accounts.setRole(second.id(), UserRole.USER));

        accounts.setDisabled(first.id(), false);
        accounts.setRole(second.id(), UserRole.USER);
        assertThat(accounts.firstAdministrator()).map(User::id).hasValue(first.id());
    }

    private static void conflicts(Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.CONFLICT));
    }
}
