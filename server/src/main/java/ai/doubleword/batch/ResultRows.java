package ai.doubleword.batch;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Results of batches as people read them: what was asked, what was answered. Blocks; thread-safe.
@Singleton
final class ResultRows {
    private static final int PAGE = 25;
    private static final int LONGEST_SEARCH = 256;
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final CsvMapper CSV = new CsvMapper();
    private static final CsvSchema COLUMNS = CsvSchema.builder()
            .addColumn("custom_id")
            .addColumn("status")
            .addColumn("model")
            .addColumn("request")
            .addColumn("answer")
            .addColumn("error_code")
            .addColumn("error_message")
            .addColumn("input_tokens")
            .addColumn("output_tokens")
            .build()
            .withHeader();

    private final BatchResults results;

    ResultRows(BatchResults results) {
        this.results = results;
    }

    /// Which results a page shows.
    ///
    /// @param status `completed` or `failed`; empty for both
    /// @param search what a result must hold; empty for anything
    /// @param skip results before the first
    record Wanted(String status, String search, long skip) {
        static Wanted of(String status, String search, long skip) {
            String text = search.strip();
            return new Wanted(
                    Set.of("completed", "failed").contains(status) ? status : "",
                    text.length() > LONGEST_SEARCH ? text.substring(0, LONGEST_SEARCH) : text,
                    Math.max(0, skip));
        }

        /// Whether anything narrows the list.
        public boolean filtered() {
            return !status.isEmpty() || !search.isEmpty();
        }

        /// The address of the page with others shown.
        public String href(String wanted) {
            return address(wanted, 0);
        }

        String next(long from) {
            return address(status, from);
        }

        private String address(String wanted, long from) {
            String text = URLEncoder.encode(search, StandardCharsets.UTF_8);
            return "?status=" + wanted + "&q=" + text + (from == 0 ? "" : "&skip=" + from) + "#results";
        }
    }

    /// A page of results.
    ///
    /// @param next the address of the page that follows; empty for the last
    /// @param searched how many results were looked at where others were not yet; 0 where all were
    record Page(List<Row> rows, Wanted wanted, String next, long searched) {
        static Page none(Wanted wanted) {
            return new Page(List.of(), wanted, "", 0);
        }
    }

    /// A result.
    ///
    /// @param request id of the request that made it; empty where perhaps none was made
    /// @param question what was asked, in short
    /// @param answer what was answered; empty if it failed
    /// @param code of the error; empty if it did not fail
    public record Row(
            String customId,
            String request,
            String model,
            boolean ok,
            String question,
            String answer,
            String code,
            String message,
            long input,
            long output) {
        static Row of(JsonNode line) {
            JsonNode body = line.path("response_body");
            JsonNode usage = body.path("usage");
            boolean ok = line.path("status").asText("").equals("completed");
            return new Row(
                    line.path("custom_id").asText(""),
                    ok ? line.path("id").asText("").replaceFirst("^batch_", "") : "",
                    line.path("model").asText(""),
                    ok,
                    ResultText.question(line.path("input_body")),
                    ResultText.answer(body),
                    line.at("/error/code").asText(""),
                    line.at("/error/message").asText(""),
                    usage.path("prompt_tokens")
                            .asLong(usage.path("input_tokens").asLong()),
                    usage.path("completion_tokens")
                            .asLong(usage.path("output_tokens").asLong()));
        }

        private String[] cells() {
            return new String[] {
                plain(customId),
                ok ? "completed" : "failed",
                plain(model),
                plain(question),
                plain(answer),
                plain(code),
                plain(message),
                Long.toString(input),
                Long.toString(output)
            };
        }

        /// Spreadsheets run what begins like a formula; an apostrophe makes it text.
        private static String plain(String cell) {
            return !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
        }
    }

    /// While the batch runs they come as they ended; then by request, so that what a retry has mended is not there.
    ///
    /// @throws IOException if the store does not answer
    Page read(Batch batch, Wanted wanted) throws IOException {
        BatchResults.Page page = results.read(
                batch,
                new BatchResults.Query(
                        wanted.skip(),
                        PAGE,
                        wanted.status(),
                        wanted.search(),
                        batch.status().ended()));
        List<Row> rows = rows(page);
        boolean follows = page.cut() || (page.more() && rows.size() == PAGE);
        return new Page(rows, wanted, follows ? wanted.next(page.last()) : "", page.cut() ? page.last() : 0);
    }

    /// The newest result so far of each request, in the order of the requests, as the API has them.
    void writeLines(Batch batch, OutputStream out) throws IOException {
        results.each(batch, out::write);
    }

    /// As [#writeLines], a row each.
    void writeCsv(Batch batch, OutputStream out) throws IOException {
        try (SequenceWriter writer = CSV.writer(COLUMNS).writeValues(out)) {
            results.each(batch, line -> writer.write(Row.of(JSON.readTree(line)).cells()));
        }
    }

    private static List<Row> rows(BatchResults.Page page) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : new String(page.lines(), StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                rows.add(Row.of(JSON.readTree(line)));
            }
        }
        return rows;
    }
}
