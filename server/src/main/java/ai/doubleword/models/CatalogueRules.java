package ai.doubleword.models;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import org.jspecify.annotations.Nullable;

/// What holds for every request that changes the catalogue.
final class CatalogueRules {
    private CatalogueRules() {}

    /// @throws ProblemException `missing_required_parameter` if there is no body
    static <T> T body(@Nullable T body) {
        if (body == null) {
            throw new ProblemException(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "The request needs a JSON object as body.");
        }
        return body;
    }
}
