package ai.doubleword.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SseTapTest {
    private static final String CHUNK =
            "{\"id\":\"c\",\"model\":\"gpt\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\u00e9\ud83d\ude00\"}}]}";
    private static final String LAST =
            "{\"model\":\"gpt\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final String USAGE = "{\"model\":\"gpt\",\"choices\":[],\"usage\":"
            + "{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}";

    @Test
    void aPlainPacketPassesAsTheVeryBufferThatCame() {
        Buffer packet = Buffer.buffer("data: " + CHUNK + "\n\ndata: " + LAST + "\n\n");
        assertThat(tap(false).feed(packet)).isSameAs(packet);
    }

    @Test
    void doneIsSwallowedAndUsageHiddenButRead() {
        SseTap tap = tap(true);
        Buffer out = tap.feed(Buffer.buffer(event(CHUNK) + event(LAST) + event(USAGE) + event("[DONE]") + "junk"));
        assertThat(requireNonNull(out).toString()).isEqualTo(event(CHUNK) + event(LAST));
        assertThat(tap.done()).isTrue();
        assertThat(tap.finished()).isTrue();
        assertThat(requireNonNull(tap.usage()).totalOutput()).isEqualTo(7);
        assertThat(tap.outputLength()).isEqualTo(4);
    }

    @Test
    void theUsageChunkIsShownWhereTheClientAskedForIt() {
        SseTap tap = tap(false);
        Buffer out = tap.feed(Buffer.buffer(event(USAGE)));
        assertThat(requireNonNull(out).toString()).isEqualTo(event(USAGE));
    }

    @Test
    void theModelIsThePublicNameInEveryEvent() {
        SseTap tap = tap(true);
        String upstream = CHUNK.replace("\"gpt\"", "\"org/up-1\"");
        Buffer out = tap.feed(Buffer.buffer(event(upstream) + event(CHUNK) + event(upstream)));
        assertThat(requireNonNull(out).toString()).isEqualTo(event(CHUNK).repeat(3));
    }

    @Test
    void aModelNameInsideContentIsNotTouched() {
        String tricky = "{\"choices\":[{\"delta\":{\"content\":\"x\",\"model\":\"inner\"}}],\"model\":\"gpt\"}";
        Buffer out = tap(true).feed(Buffer.buffer(event(tricky)));
        assertThat(requireNonNull(out).toString()).isEqualTo(event(tricky));
    }

    @Test
    void commentsAndOtherFieldsAreDropped() {
        SseTap tap = tap(true);
        assertThat(tap.feed(Buffer.buffer(": ping\n\n:\n\nevent: x\nid: 3\n\n")))
                .isNull();
        Buffer out = tap.feed(Buffer.buffer("event: chunk\nid: 1\ndata:" + CHUNK + "\n\n"));
        assertThat(requireNonNull(out).toString()).isEqualTo(event(CHUNK));
        assertThat(tap.events()).isEqualTo(1);
    }

    @Test
    void dataOnSeveralLinesIsOneEventOnOneLine() throws Exception {
        String spread = CHUNK.replace(",\"choices\"", "\ndata:,\ndata: \"choices\"");
        Buffer out = tap(true).feed(Buffer.buffer("data: " + spread + "\n\n"));
        String text = requireNonNull(out).toString();
        assertThat(text).startsWith("data: ").endsWith("\n\n");
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(text.substring(6))).isEqualTo(json.readTree(CHUNK));
    }

    @Test
    void errorsAndGarbageFailTheStreamAfterWhatWasGood() {
        for (String bad :
                List.of("{\"error\":{\"message\":\"m\"}}", "{\"object\":\"error\"}", "{\"a\":", "x", "[]", "")) {
            SseTap tap = tap(true);
            Buffer out = tap.feed(Buffer.buffer(event(CHUNK) + event(bad) + event(CHUNK)));
            assertThat(requireNonNull(out).toString()).isEqualTo(event(CHUNK));
            assertThat(tap.failed()).as(bad).isTrue();
            assertThat(new String(tap.failure(), StandardCharsets.UTF_8)).isEqualTo(bad);
            assertThat(tap.feed(Buffer.buffer(event(CHUNK)))).isNull();
        }
    }

    @Test
    @Tag("S-05")
    void anEventHasALimit() {
        SseTap tap = tap(true);
        byte[] part = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        tap.feed(Buffer.buffer("data: {\"x\":\""));
        for (int i = 0; i < 7; i++) {
            tap.feed(Buffer.buffer(part));
            assertThat(tap.failed()).isFalse();
        }
        tap.feed(Buffer.buffer(part));
        assertThat(tap.failed()).isTrue();
    }

    /// However a stream is cut into packets and whichever line ends it uses, the same events come out, whole.
    @Test
    @Tag("S-22")
    void anyPacketsAndLineEndsGiveTheSameEvents() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String end = List.of("\n", "\r", "\r\n").get(random.nextInt(3));
                String json = random.nextBoolean() ? CHUNK : LAST;
                switch (random.nextInt(4)) {
                    case 0 -> stream.append(": c").append(end).append(end);
                    case 1 -> stream.append("data:").append(USAGE).append(end).append(end);
                    case 2 -> {
                        stream.append("data: ")
                                .append(json.replace("\"gpt\"", "\"up\""))
                                .append(end)
                                .append(end);
                        expected.add(event(json));
                    }
                    default -> {
                        stream.append(random.nextBoolean() ? "data: " : "data:")
                                .append(json)
                                .append(end)
                                .append(end);
                        expected.add(event(json));
                    }
                }
            }
            stream.append("data: [DONE]\r\n\r\n");
            byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
            SseTap tap = tap(true);
            StringBuilder out = new StringBuilder();
            int at = 0;
            while (at < bytes.length) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(round % 3 == 0 ? 3 : 200));
                Buffer given = tap.feed(Buffer.buffer(java.util.Arrays.copyOfRange(bytes, at, next)));
                if (given != null) {
                    assertThat(given.toString()).startsWith("data: ").endsWith("\n\n");
                    out.append(given);
                }
                at = next;
            }
            assertThat(out.toString()).as(stream.toString()).isEqualTo(String.join("", expected));
            assertThat(tap.done()).isTrue();
        }
    }

    private static SseTap tap(boolean hideUsage) {
        return new SseTap(Bytes.quoted("gpt"), hideUsage);
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }
}
