package ai.doubleword.jsonl;

import static ai.doubleword.jsonl.Checked.body;
import static ai.doubleword.jsonl.Checked.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.jsonl.LineProblem.Reason;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineScannerTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    void aRightFileIsIndexedLineByLine() {
        String first = chat("a", "hello");
        String second = """
                {"url": "/v1/embeddings", "body": {"input": ["x"], "model": "embed"}, "method": "POST", "custom_id": "b"}""";
        Checked checked = Checked.text(first, "", second + "\r", "   ");
        assertThat(checked.report().isRight()).isTrue();
        assertThat(checked.report().lines()).isEqualTo(2);
        LineEntry one = checked.entries().get(0);
        LineEntry two = checked.entries().get(1);
        assertThat(one.number()).isEqualTo(1);
        assertThat(one.offset()).isZero();
        assertThat(one.length()).isEqualTo(first.length());
        assertThat(two.number()).isEqualTo(3);
        assertThat(two.offset()).isEqualTo(first.length() + 2);
        assertThat(two.length()).isEqualTo(second.length());
        assertThat(second.substring(two.bodyOffset(), two.bodyOffset() + two.bodyLength()))
                .isEqualTo("{\"input\": [\"x\"], \"model\": \"embed\"}");
        assertThat(two.endpoint()).isEqualTo(LineEndpoint.EMBEDDINGS);
        assertThat(two.model()).isEqualTo("embed");
        assertThat(one.customIdHash()).isNotEqualTo(two.customIdHash());
        assertThat(checked.report().totals())
                .extracting(LineReport.Total::model, LineReport.Total::lines, LineReport.Total::unboundedLines)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("chat", 1, 1),
                        org.assertj.core.groups.Tuple.tuple("embed", 1, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1_000})
    void howTheBytesArriveChangesNothing(int piece) {
        byte[] file = ("\ufeff" + chat("ä", "ö€😀") + "\r\n\n" + chat("b", "x".repeat(500)) + "\n{\n" + chat("ä", "2"))
                .getBytes(UTF_8);
        Checked whole = Checked.bytes(Checked.RULES, file, Integer.MAX_VALUE);
        assertThat(Checked.bytes(Checked.RULES, file, piece)).isEqualTo(whole);
        assertThat(whole.report().problems()).extracting(LineProblem::line).containsExactly(4, 5);
        LineEntry first = whole.entries().getFirst();
        assertThat(first.offset()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{nope}|Unexpected character 'n': was expecting double-quote to start field name",
                "{\"a\":1} garbage|Unrecognized token 'garbage'",
                "{\"a\":garbageinabundance}|Unrecognized token 'garbagei…'",
                "{\"a\":\"\u0001\"}|Illegal unquoted character 1: has to be escaped"
            })
    void whatIsWrongIsSaidInWordsForPeople(String line, String words) {
        assertThat(Checked.text(line).problem().message())
                .startsWith("Line 1 is not valid JSON: " + words)
                .doesNotContain("code ", "Number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"custom_id\":\"a\"", "{\"custom_id\":\"a\",\"method\":\"PO", "{\"custom_id\":\"a"})
    void aLineThatIsCutIsSaidToBeWithoutTheParsersOwnRemarks(String line) {
        LineProblem problem = Checked.text(line).problem();
        assertThat(problem.reason()).isEqualTo(Reason.NOT_JSON);
        assertThat(problem.message())
                .startsWith("Line 1 is not valid JSON: Unexpected end-of-input")
                .endsWith(" of the line).")
                .doesNotContain("Source", "marker at");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|custom_id|MISSING",
                "{\"custom_id\":7,\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|custom_id|WRONG_TYPE",
                "{\"custom_id\":\"\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|custom_id|INVALID",
                "{\"custom_id\":\"a\\u0007\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|custom_id|INVALID",
                "{\"custom_id\":\"a\",\"custom_id\":\"b\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|custom_id|DUPLICATE_FIELD",
                "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|method|MISSING",
                "{\"custom_id\":\"a\",\"method\":\"GET\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\",§}}|method|INVALID",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"body\":{\"model\":\"chat\",§}}|url|MISSING",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/files\",\"body\":{\"model\":\"chat\",§}}|url|UNSUPPORTED_URL",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":[],\"body\":{\"model\":\"chat\",§}}|url|WRONG_TYPE",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"}|body|MISSING",
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":\"{}\"}|body|WRONG_TYPE",
            })
    void aLineWithoutOneOfItsFieldsIsNamed(String line, String field, Reason reason) {
        LineProblem problem = Checked.text(line.replace("§", MESSAGES)).problem();
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.reason()).isEqualTo(reason);
        assertThat(problem.message()).startsWith("Line 1: \"" + field + "\" ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{§}|body.model|MISSING",
                "{\"model\":null,§}|body.model|WRONG_TYPE",
                "{\"model\":\"nobody\",§}|body.model|MODEL_NOT_FOUND",
                "{\"model\":\"secret\",§}|body.model|MODEL_NOT_ALLOWED",
                "{\"model\":\"embed\",§}|body.model|MODEL_WRONG_TYPE",
                "{\"model\":\"realtime-only\",§}|body.model|MODEL_NOT_OFFERED",
                "{\"model\":\"chat\",§,\"model\":\"secret\"}|body.model|DUPLICATE_FIELD",
                "{\"model\":\"chat\",§,\"mod\\u0065l\":\"secret\"}|body.model|DUPLICATE_FIELD",
                "{\"model\":\"chat\",§,\"Model\":\"secret\"}|body.Model|INVALID",
                "{\"model\":\"chat\"}|body.messages|MISSING",
                "{\"model\":\"chat\",\"messages\":[]}|body.messages|WRONG_TYPE",
                "{\"model\":\"chat\",\"messages\":\"hi\"}|body.messages|WRONG_TYPE",
                "{\"model\":\"chat\",§,\"max_tokens\":0}|body.max_tokens|WRONG_TYPE",
                "{\"model\":\"chat\",§,\"n\":129}|body.n|WRONG_TYPE",
                "{\"model\":\"chat\",§,\"stream\":\"yes\"}|body.stream|WRONG_TYPE",
            })
    void aFieldOfTheBodyThatIsWrongIsNamed(String body, String field, Reason reason) {
        LineProblem problem = Checked.text(body(body.replace("§", MESSAGES))).problem();
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.reason()).isEqualTo(reason);
        assertThat(problem.message()).startsWith("Line 1: \"" + field + "\" ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "[]", "{", "{}{}", "{\"a\":tru}", "\"x\"", "{\"a\":1}x", "{\"custom_id\":\"\n\"}"})
    void whatIsNoJsonObjectIsNamed(String line) {
        Checked checked = Checked.text(chat("ok", "x"), line);
        assertThat(checked.report().problems()).isNotEmpty().allMatch(problem -> problem.line() >= 2);
        assertThat(checked.report().problems().getFirst().message()).startsWith("Line 2");
    }

    @Test
    void bytesThatAreNoTextAreNamedWithTheirPlace() {
        byte[] file = (chat("a", "x") + "\n" + chat("b", "€")).getBytes(UTF_8);
        file[file.length - 7] = (byte) 0xff;
        LineProblem problem = Checked.bytes(Checked.RULES, file, 100).problem();
        assertThat(problem.reason()).isEqualTo(Reason.NOT_UTF8);
        assertThat(problem.message()).startsWith("Line 2 is not valid UTF-8 (byte ");
    }

    @Test
    void anIdThatStandsTwiceNamesBothLines() {
        LineProblem problem =
                Checked.text(chat("x", "1"), chat("y", "2"), chat("x", "3")).problem();
        assertThat(problem.reason()).isEqualTo(Reason.DUPLICATE_CUSTOM_ID);
        assertThat(problem.line()).isEqualTo(3);
        assertThat(problem.message()).contains("Line 3", "line 1", "'x'");
    }

    @Test
    void aHundredThousandDifferentIdsAreToldApart() {
        LineRules rules = new LineRules(200_000, 1 << 20, Checked.RULES.endpoints(), Checked.RULES.models(), 1);
        String file = String.join(
                "\n",
                IntStream.range(0, 100_000).mapToObj(i -> chat("id-" + i, "x")).toList());
        LineReport right = Checked.bytes(rules, file.getBytes(UTF_8), 8_192).report();
        assertThat(right.problems()).isEmpty();
        LineReport twice = Checked.bytes(rules, (file + "\n" + chat("id-54321", "y")).getBytes(UTF_8), 8_192)
                .report();
        assertThat(twice.problems())
                .extracting(LineProblem::message)
                .first()
                .asString()
                .contains("line 54322 too");
    }

    @Test
    void ofManyProblemsAThousandAreNamedAndAllAreCounted() {
        String[] lines = new String[2_500];
        Arrays.fill(lines, "{}");
        LineReport report = Checked.text(lines).report();
        assertThat(report.problems()).hasSize(LineScanner.NAMED_PROBLEMS);
        assertThat(report.problemCount()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000, Integer.MAX_VALUE})
    void aLineThatIsTooLongIsPassedOverAndTheNextIsRead(int piece) {
        LineRules rules = new LineRules(10, 4_000, Checked.RULES.endpoints(), Checked.RULES.models(), 1);
        byte[] file = String.join("\n", chat("a", "x".repeat(5_000)), chat("b", "y"), chat("c", "z".repeat(9_000)))
                .getBytes(UTF_8);
        Checked checked = Checked.bytes(rules, file, piece);
        assertThat(checked.report().problems())
                .extracting(LineProblem::line, LineProblem::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, Reason.TOO_LARGE),
                        org.assertj.core.groups.Tuple.tuple(3, Reason.TOO_LARGE));
        LineEntry entry = checked.entries().getFirst();
        assertThat(entry.number()).isEqualTo(2);
        assertThat(new String(file, (int) entry.offset(), entry.length(), UTF_8))
                .isEqualTo(chat("b", "y"));
    }

    @Test
    void theFirstLineTooManyEndsTheCheck() {
        LineRules rules = new LineRules(2, 4_000, Checked.RULES.endpoints(), Checked.RULES.models(), 1);
        String file = String.join("\n", chat("a", "1"), chat("b", "2"), chat("c", "3"), "nonsense");
        LineProblem problem = Checked.bytes(rules, file.getBytes(UTF_8), 50).problem();
        assertThat(problem.reason()).isEqualTo(Reason.TOO_MANY_LINES);
        assertThat(problem.line()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n \n", "\ufeff"})
    void aFileWithoutRequestsIsWrong(String file) {
        LineProblem problem =
                Checked.bytes(Checked.RULES, file.getBytes(UTF_8), 10).problem();
        assertThat(problem.reason()).isEqualTo(Reason.EMPTY_FILE);
    }

    @Test
    void nestingIsBounded() {
        String deep = "[".repeat(126) + "]".repeat(126);
        assertThat(Checked.text(body("{\"model\":\"chat\"," + MESSAGES + ",\"x\":" + deep + "}"))
                        .report()
                        .isRight())
                .isTrue();
        String deeper = "[".repeat(200_000) + "]".repeat(200_000);
        LineProblem problem = Checked.text(body("{\"model\":\"chat\"," + MESSAGES + ",\"x\":" + deeper + "}"))
                .problem();
        assertThat(problem.message()).contains("deeper than 128");
    }

    @Test
    void theMostOutputIsTheSmallestMaximumTimesTheChoices() {
        Checked checked = Checked.text(
                body("{\"model\":\"chat\"," + MESSAGES + ",\"max_tokens\":100,\"max_completion_tokens\":40,\"n\":3}"));
        assertThat(checked.entries().getFirst().outputTokens()).isEqualTo(120);
    }

    @Test
    void promptsThatBeginAlikeShareTheHashesUpToWhereTheyDiffer() {
        String shared = "You are a careful assistant. ".repeat(20);
        List<LineEntry> entries = Checked.text(
                        chat("a", shared + "one".repeat(200)),
                        chat("b", shared + "two".repeat(200)),
                        chat("c", "other"))
                .entries();
        LineEntry.Prefixes a = entries.get(0).prefixes();
        LineEntry.Prefixes b = entries.get(1).prefixes();
        assertThat(a.at64())
                .isEqualTo(b.at64())
                .isNotEqualTo(entries.get(2).prefixes().at64());
        assertThat(a.at256()).isEqualTo(b.at256());
        assertThat(a.at1k()).isNotEqualTo(b.at1k());
        assertThat(a.at4k()).isNotEqualTo(b.at4k());
    }

    @Test
    void anotherAccountsHashesAreOthers() {
        byte[] file = chat("a", "x").getBytes(UTF_8);
        LineRules other = new LineRules(10, 4_000, Checked.RULES.endpoints(), Checked.RULES.models(), 99);
        assertThat(Checked.bytes(other, file, 10)
                        .entries()
                        .getFirst()
                        .prefixes()
                        .at64())
                .isNotEqualTo(Checked.bytes(Checked.RULES, file, 10)
                        .entries()
                        .getFirst()
                        .prefixes()
                        .at64());
    }

    @Test
    void whatIsShownOfAFileIsShortAndPrintable() {
        String line = chat("a", "x").replace("\"chat\"", "\"" + "m".repeat(10_000) + "\\u001b[31m\"");
        LineProblem problem = Checked.text(line).problem();
        assertThat(problem.message()).hasSizeLessThan(250).doesNotContain("\u001b");
    }

    @Test
    void aTokenizedLineOfManyMegabytesIsRead() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(chat("a", "x".repeat(3_000_000)).getBytes(UTF_8));
        LineRules rules = new LineRules(10, 4_000_000, Set.of(LineEndpoint.CHAT), Checked.RULES.models(), 1);
        Checked checked = Checked.bytes(rules, file.toByteArray(), 8_192);
        assertThat(checked.report().isRight()).isTrue();
        assertThat(checked.entries().getFirst().bodyLength()).isGreaterThan(3_000_000);
    }
}
