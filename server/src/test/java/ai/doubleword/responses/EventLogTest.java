package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ALL = Integer.MAX_VALUE;

    @Test
    void whatWasSaidIsReadAgainUnderTheSameNumbersAlsoFromWhereItIsKept() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            EventLog log = new EventLog(2 + round);
            List<ObjectNode> said = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                ObjectNode event = event(random);
                said.add(event.deepCopy().put("sequence_number", log.next()));
                log.append(event);
            }
            assertThat(log.read().next(ALL)).isEqualTo(said);
            assertThat(log.next()).isEqualTo(2 + round + said.size());
            EventLog kept = EventLog.of(log.toJson());
            assertThat(kept.read().next(ALL)).isEqualTo(said);
            assertThat(kept.next()).isEqualTo(log.next());
        }
    }

    private static ObjectNode event(SplittableRandom random) {
        ObjectNode event = JSON.createObjectNode()
                .put("type", "response.output_text.delta")
                .put("sequence_number", random.nextInt())
                .put("item_id", "msg_" + random.nextInt(2))
                .put("output_index", random.nextInt(2));
        event.putArray("logprobs").addAll(random.nextInt(4) == 0 ? List.of(event.get("item_id")) : List.of());
        return switch (random.nextInt(5)) {
            case 0 -> event.put("type", "response.output_text.done").put("text", "whole \n \"text\" ü 🦀");
            case 1 -> event.put("delta", "");
            case 2 -> {
                event.putObject("delta").put("x", random.nextInt(3));
                yield event;
            }
            default -> event.put("delta", "piece 🦀 " + random.nextInt(1000));
        };
    }

    @Test
    void aReaderGoesOnWhereItWasWhileMoreIsSaid() {
        EventLog log = new EventLog(10);
        EventLog.Cursor reader = log.read();
        assertThat(reader.next(ALL)).isEmpty();
        List<ObjectNode> heard = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            log.append(delta("piece " + i));
            log.append(delta("and " + i));
            heard.addAll(reader.next(1));
        }
        assertThat(heard).hasSize(100);
        heard.addAll(reader.next(ALL));
        assertThat(heard).isEqualTo(log.read().next(ALL));
        assertThat(heard.getLast().path("sequence_number").asLong()).isEqualTo(10 + 199);
    }

    @Test
    void aCopyMadePartByPartTellsTheSameWhereverThePartsEnd() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            EventLog log = new EventLog(5);
            EventLog copy = new EventLog(log.first());
            EventLog.Cursor reader = copy.read();
            List<ObjectNode> read = new ArrayList<>();
            for (int i = random.nextInt(80); i > 0; i--) {
                log.append(event(random));
                if (random.nextBoolean()) {
                    copy.add(log.after(copy.size(), random.nextInt(1, 500)));
                    read.addAll(reader.next(random.nextInt(1, 500)));
                }
            }
            copy.add(log.after(copy.size(), ALL));
            read.addAll(reader.next(ALL));
            assertThat(read).isEqualTo(log.read().next(ALL));
            assertThat(copy.next()).isEqualTo(log.next());
            assertThat(log.after(copy.size(), ALL)).isEmpty();
        }
    }

    @Test
    void piecesOfTextTakeLittleMoreThanTheirText() {
        EventLog log = new EventLog(0);
        SplittableRandom random = new SplittableRandom(1);
        int text = 0;
        for (int i = 0; i < 10_000; i++) {
            String piece = " " + Long.toString(random.nextLong(), 36).substring(2, 7);
            text += piece.length();
            log.append(delta(piece));
        }
        assertThat(log.toJson().toString().getBytes(StandardCharsets.UTF_8).length)
                .isLessThan(2 * text);
    }

    @Test
    void aLogHasAnEndAndItsLastNumberStaysBelowTheNextRuns() {
        EventLog log = new EventLog(BackgroundEvents.first(0));
        for (int i = 0; i < EventLog.NUMBERS + 10; i++) {
            log.append(delta("x"));
        }
        assertThat(log.next()).isLessThan(BackgroundEvents.first(1));
        assertThat(BackgroundEvents.first(Integer.MAX_VALUE)).isLessThan(BackgroundEvents.LAST);
        EventLog large = new EventLog(0);
        for (int i = 0; i < 40; i++) {
            large.append(delta("x".repeat(1 << 20)));
        }
        assertThat(large.next()).isLessThan(20);
    }

    private static ObjectNode delta(String text) {
        ObjectNode event = JSON.createObjectNode()
                .put("type", "response.output_text.delta")
                .put("item_id", "msg_0")
                .put("output_index", 0)
                .put("content_index", 0)
                .put("delta", text);
        event.putArray("logprobs");
        return event;
    }
}
