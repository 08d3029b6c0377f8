package ai.doubleword.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Something a model server does wrong, with its options.
///
/// Written `kind` or `kind?option=value&option=value`; several at once are joined with `+`:
/// `429?retry-after=2`, `cut?after=3`, `crlf+no-usage`. A `;` may stand for the `?` and the `&`
/// (`429; retry-after=2`). The option `times=N` limits any fault to the first N requests that ask for it with the same
/// words.
///
/// @param kind what goes wrong
/// @param status the HTTP status, for [Kind#STATUS] only
/// @param options names in lower case
public record Fault(Kind kind, int status, Map<String, String> options) {
    /// Every fault there is. A comment names the options and their defaults.
    public enum Kind {
        /// Nothing goes wrong.
        OK,
        /// A number from 400 to 599: that status with an error body; `retry-after=SECONDS`, `message=TEXT`.
        STATUS,
        /// The head comes late; `ms=5000`.
        SLOW_FIRST_BYTE,
        /// The head comes in time, the first chunk late; `ms=5000`.
        SLOW_FIRST_CHUNK,
        /// Nothing more comes; `after=CHUNKS` (2), `ms=0` (0: for ever).
        STALL,
        /// The connection breaks; `after=CHUNKS` (2); without streaming after half of the body.
        CUT,
        /// The connection breaks before the head.
        CLOSE,
        /// An event that is not JSON; `after=CHUNKS` (2).
        MALFORMED_SSE,
        /// Text beyond ASCII, in packets that split its characters.
        SPLIT_UTF8,
        /// One byte per packet.
        BYTEWISE,
        /// The whole answer in one packet.
        ONE_PACKET,
        /// Lines end in CR.
        CR,
        /// Lines end in CRLF.
        CRLF,
        /// `data:` without the space after it.
        NO_SPACE,
        /// Events whose JSON is spread over several `data:` lines.
        MULTI_LINE,
        /// Comment lines between the events.
        COMMENTS,
        /// 200 with an error object for a body.
        ERROR_BODY,
        /// 200 with nothing.
        EMPTY,
        /// 200 with a page of HTML.
        HTML,
        /// No usage, asked for or not.
        NO_USAGE,
        /// `content-length` is off by `plus=64`, which may be negative; then the connection breaks.
        WRONG_LENGTH,
        /// An error event in the stream, which then ends; `after=CHUNKS` (2).
        ERROR_EVENT,
        /// The stream ends without `[DONE]`.
        NO_DONE,
        /// An event of `bytes=9000000` in the stream; `after=CHUNKS` (2).
        HUGE_EVENT,
        /// What the model says is a refusal.
        REFUSAL;

        /// As written in requests and scripts: `slow-first-byte`.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// @throws IllegalArgumentException for an unknown kind, naming the known ones
    static List<Fault> parseAll(String text) {
        List<Fault> faults = new ArrayList<>();
        for (String part : text.split("\\+", -1)) {
            Fault fault = parse(part.strip());
            if (fault.kind != Kind.OK) {
                faults.add(fault);
            }
        }
        return List.copyOf(faults);
    }

    private static Fault parse(String text) {
        String[] parts = text.split("[?;&]", -1);
        Map<String, String> options = new HashMap<>();
        for (String option : Arrays.copyOfRange(parts, 1, parts.length)) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                String name = option.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                options.put(name, option.substring(equals + 1).strip());
            }
        }
        String word = parts[0].strip().toLowerCase(Locale.ROOT);
        if (word.matches("[45]\\d\\d")) {
            return new Fault(Kind.STATUS, Integer.parseInt(word), Map.copyOf(options));
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.STATUS && kind.word().equals(word)) {
                return new Fault(kind, 200, Map.copyOf(options));
            }
        }
        throw new IllegalArgumentException("unknown fault '" + word + "'; known are a status from 400 to 599 and "
                + String.join(", ", Arrays.stream(Kind.values()).map(Kind::word).toList()));
    }

    int number(String option, int otherwise) {
        String value = options.get(option);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    static boolean has(List<Fault> faults, Kind kind) {
        return faults.stream().anyMatch(fault -> fault.kind == kind);
    }
}
