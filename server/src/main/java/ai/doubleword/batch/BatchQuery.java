package ai.doubleword.batch;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Which batches of an account a page lists, as its address says.
///
/// @param search part of a name or of a file's name, or an id; empty for all
record BatchQuery(String search, Show show) {
    private static final int LONGEST_SEARCH = 128;

    /// Which of them by how they stand.
    enum Show {
        ALL,
        RUNNING,
        ENDED,
        /// With lines that failed.
        FAILURES;

        boolean shows(BatchStatus status) {
            return switch (this) {
                case ALL, FAILURES -> true;
                case RUNNING -> !status.ended();
                case ENDED -> status.ended();
            };
        }

        /// What stands in the address.
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Show of(String wire) {
            for (Show show : values()) {
                if (show.wire().equals(wire)) {
                    return show;
                }
            }
            return ALL;
        }
    }

    static BatchQuery of(String search, String show) {
        String wanted = search.strip();
        return new BatchQuery(
                wanted.length() > LONGEST_SEARCH ? wanted.substring(0, LONGEST_SEARCH) : wanted, Show.of(show));
    }

    /// Whether anything narrows the list.
    public boolean filtered() {
        return !search.isEmpty() || show != Show.ALL;
    }

    /// What is shown, as it stands in the address.
    public String shown() {
        return show.wire();
    }

    /// The address of the list with other batches shown.
    public String href(String wanted) {
        return href(Show.of(wanted), "");
    }

    /// The address of the list as it is.
    public String here() {
        return href(show, "");
    }

    /// The address of the page that follows a batch.
    String next(String after) {
        return href(show, after);
    }

    private String href(Show wanted, String after) {
        StringBuilder query = new StringBuilder();
        add(query, "q", search);
        add(query, "show", wanted == Show.ALL ? "" : wanted.wire());
        add(query, "after", after);
        return query.isEmpty() ? "?" : query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
