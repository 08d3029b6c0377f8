package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.ProblemException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvRequestsTest {
    private static final CsvRequests.Template ASK =
            new CsvRequests.Template("m", false, "You know {{country}}.", "What is {{ city }} known for?", 20, "");

    private static JsonNode line(String csv, CsvRequests.Template template) throws IOException {
        return new ObjectMapper()
                .readTree(CsvRequests.lines(CsvRequests.read(csv), template, 1).getFirst());
    }

    @Test
    void eachRowFillsTheTemplate() throws IOException {
        CsvRequests.Table table = CsvRequests.read("city,country\r\nLisbon,Portugal\r\n\r\nTurin,Italy\r\n");
        assertThat(table.columns()).containsExactly("city", "country");
        List<String> lines = CsvRequests.lines(table, ASK, 10);
        assertThat(lines).hasSize(2);
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.get("custom_id").asText()).isEqualTo("row-2");
        assertThat(second.get("method").asText()).isEqualTo("POST");
        assertThat(second.get("url").asText()).isEqualTo("/v1/chat/completions");
        assertThat(second.at("/body/model").asText()).isEqualTo("m");
        assertThat(second.at("/body/max_tokens").asInt()).isEqualTo(20);
        assertThat(second.at("/body/messages/0/content").asText()).isEqualTo("You know Italy.");
        assertThat(second.at("/body/messages/1/content").asText()).isEqualTo("What is Turin known for?");
    }

    @Test
    void cellsStayDataWhateverTheyHold() throws IOException {
        JsonNode line = line("city,country\n\"a \"\"b\"\", $1\n{{country}} \\\",x\n", ASK);
        assertThat(line.at("/body/messages/1/content").asText())
                .isEqualTo("What is a \"b\", $1\n{{country}} \\ known for?");
    }

    @Test
    void aColumnNamesTheRequests() throws IOException {
        CsvRequests.Template named = new CsvRequests.Template("m", true, "", "{{text}}", 0, "id");
        JsonNode line = line("\ufeffid,text\nseven,hello\n", named);
        assertThat(line.get("custom_id").asText()).isEqualTo("seven");
        assertThat(line.get("url").asText()).isEqualTo("/v1/embeddings");
        assertThat(line.at("/body/input").asText()).isEqualTo("hello");
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> CsvRequests.read("city\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("a row below it");
        assertThatThrownBy(() -> CsvRequests.read("city,city\na,b\n")).hasMessageContaining("a name of its own");
        assertThatThrownBy(() -> CsvRequests.read("city,country\na,b\nc\n"))
                .hasMessageContaining("Row 3 has 1 cells, the first row has 2");
        CsvRequests.Table table = CsvRequests.read("city,country\na,b\n");
        assertThatThrownBy(() -> CsvRequests.lines(
                        table, new CsvRequests.Template("m", false, "", "{{town}} {{land}}", 0, ""), 1))
                .hasMessageContaining("no column land, town; it has city, country");
        assertThatThrownBy(() -> CsvRequests.lines(table, new CsvRequests.Template("m", false, "", " ", 0, ""), 1))
                .hasMessageContaining("The template is empty");
        assertThatThrownBy(() -> CsvRequests.lines(table, new CsvRequests.Template("m", false, "", "x", 0, "id"), 1))
                .hasMessageContaining("no column 'id'");
    }
}
