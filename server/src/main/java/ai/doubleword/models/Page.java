package ai.doubleword.models;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.util.List;

/// One page of a management list.
///
/// @param data the page's elements
/// @param totalCount how many there are on all pages
/// @param skip how many come before the page
/// @param limit how many the page may hold, at most 100
public record Page<T>(List<T> data, long totalCount, int skip, int limit) {
    static <T> Page<T> of(List<T> all, int skip, int limit) {
        if (skip < 0) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "skip", "'skip' must not be negative."));
        }
        int clamped = Math.clamp(limit, 1, 100);
        int from = Math.min(skip, all.size());
        return new Page<>(all.subList(from, Math.min(all.size(), from + clamped)), all.size(), skip, clamped);
    }
}
