package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an organization's owners settle about it.
///
/// @param contact whom to write to about it; may be empty
/// @param visibility who sees requests, files, batches and responses besides owners and admins: `maker` or
///     `organization`
public record OrganizationTerms(String contact, String visibility) {
    static final OrganizationTerms DEFAULT = new OrganizationTerms("", "maker");

    /// @throws ProblemException `invalid_value`
    public OrganizationTerms {
        if (contact.length() > 254 || contact.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "contact", "A contact has at most 254 characters."));
        }
        if (!Set.of("maker", "organization").contains(visibility)) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "visibility", "visibility is maker or organization."));
        }
    }

    /// Whether every member sees what the others do.
    public boolean sharesAll() {
        return visibility.equals("organization");
    }

    OrganizationTerms over(@Nullable String newContact, @Nullable String newVisibility) {
        return new OrganizationTerms(
                Objects.requireNonNullElse(newContact, contact), Objects.requireNonNullElse(newVisibility, visibility));
    }
}
