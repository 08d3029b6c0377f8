package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.CommandOutput.Column;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CommandOutputTest {
    private static final Column[] COLUMNS = {
        Column.of("ID", "id"), Column.of("NAME", "name"), Column.of("LIMIT", "/limits/requests_per_minute")
    };

    @Test
    void rowsStandInAlignedColumns() throws Exception {
        JsonNode rows = new ObjectMapper().readTree("""
                [{"id":"key_1","name":"a","limits":{"requests_per_minute":60}},{"id":"key_22","name":null}]""");

        assertThat(printed(rows, false)).isEqualTo("""
                ID      NAME  LIMIT
                key_1   a     60
                key_22  -     -
                """);
    }

    @Test
    void noRowsSayWhatToDo() throws Exception {
        assertThat(printed(new ObjectMapper().readTree("[]"), false)).isEqualTo("No keys yet.\n");
    }

    @Test
    void jsonIsTheAnswerAndNothingElse() throws Exception {
        JsonNode rows = new ObjectMapper().readTree("[{\"id\":\"key_1\"}]");

        assertThat(new ObjectMapper().readTree(printed(rows, true))).isEqualTo(rows);
    }

    @Test
    void aNameCannotRepaintTheTerminal() throws Exception {
        JsonNode rows = new ObjectMapper().readTree("[{\"id\":\"key_1\",\"name\":\"\\u001b[2Jgone\"}]");

        assertThat(printed(rows, false)).doesNotContain("\u001b");
    }

    @Test
    void detailsShowWhatIsWithin() throws Exception {
        JsonNode object = new ObjectMapper().readTree("""
                {"name":"m","limits":{"requests_per_minute":60,"tokens_per_minute":0},"tiers":["realtime","batch"],
                 "targets":[{"provider":"a","state":{"breaker":"open"}},{"provider":"b"}],"groups":[],"labels":{}}""");
        StringWriter text = new StringWriter();
        new CommandOutput(new PrintWriter(text), false).details(object);

        assertThat(text.toString()).isEqualTo("""
                name                         m
                limits: requests per minute  60
                limits: tokens per minute    0
                tiers                        realtime, batch
                targets                      provider a, state breaker open
                targets                      provider b
                groups                       -
                labels                       -
                """);
    }

    private static String printed(JsonNode rows, boolean json) {
        StringWriter text = new StringWriter();
        new CommandOutput(new PrintWriter(text), json).table(rows, "No keys yet.", COLUMNS);
        return text.toString();
    }
}
