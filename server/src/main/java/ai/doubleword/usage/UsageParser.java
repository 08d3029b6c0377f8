package ai.doubleword.usage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads what a request used out of a provider's answer: a whole JSON body, or the data of one streamed event.
///
/// Knows the shapes of OpenAI (chat, completions, embeddings, responses), vLLM, SGLang, llama.cpp (`usage` and
/// `timings`), Ollama (both APIs), TGI, OpenRouter, DeepSeek and Anthropic by their fields, not by the provider's name,
/// since one speaks another's dialect more often than not. One streaming pass over the top level; other members are
/// skipped, no tree is built. Stateless, thread-safe, does not block.
///
/// Providers report parts *inside* totals; ours are disjoint. Where numbers contradict each other, this rule decides,
/// and the result says so ([ReportedUsage#reconciled]):
///
/// 1. The totals of input and of output win over their parts: a part is cut to what is left of its total, cache reads
///    before cache writes before audio, reasoning before audio.
/// 2. They win over `total_tokens` too, except to fill in the one that is missing, and except where the whole is
///    exactly input + output + reasoning: then the provider counts reasoning beside its output, and it is added.
///    This exception is a known convention and not flagged.
/// 3. A number that is negative, fractional or absurd (above 10¹²) is taken as not said.
///
/// An answer that reports nothing but zeros counts as one that says nothing.
public final class UsageParser {
    private static final JsonFactory JSON = new JsonFactory();
    private static final long ABSURD = 1_000_000_000_000L;

    private UsageParser() {}

    /// Reads the usage of one JSON object.
    ///
    /// @return nothing if there is none, or the bytes are no JSON object
    public static @Nullable ReportedUsage parse(byte[] json, int offset, int length) {
        Reading reading = new Reading();
        try (JsonParser parser = JSON.createParser(json, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                if (!reading.member(parser, name, parser.nextToken())) {
                    parser.skipChildren();
                }
            }
        } catch (IOException malformed) {
            // Cut or broken answers are the relay's to judge; what was read before the break still counts.
            return reading.usage();
        }
        return reading.usage();
    }

    /// The usage of one object that somebody else walks through, so that an answer is walked only once. Begins empty,
    /// or again after [#clear]; not thread-safe.
    public static final class Reading {
        private Numbers numbers = new Numbers();

        /// Forgets what was read.
        public void clear() {
            if (numbers.touched) {
                numbers = new Numbers();
            }
        }

        /// Takes a member of the top level, if it is about usage.
        ///
        /// @param parser at the member's value
        /// @param name the member's
        /// @param value the first token of its value
        /// @return whether it was; then the parser stands at the value's last token
        /// @throws IOException if the JSON is broken
        public boolean member(JsonParser parser, String name, JsonToken value) throws IOException {
            switch (name) {
                case "usage" -> members(parser, value, numbers, UsageParser::usage);
                case "timings" -> members(parser, value, numbers, UsageParser::timings);
                case "prompt_eval_count" -> numbers.input = number(parser, value, numbers);
                case "eval_count" -> numbers.output = number(parser, value, numbers);
                default -> {
                    return false;
                }
            }
            return true;
        }

        /// What was reported; nothing if nothing was. To be asked once, at the end.
        public @Nullable ReportedUsage usage() {
            return numbers.reconcile();
        }
    }

    private static void usage(JsonParser parser, String name, JsonToken value, Numbers numbers) throws IOException {
        switch (name) {
            case "prompt_tokens", "input_tokens" -> numbers.input = number(parser, value, numbers);
            case "completion_tokens", "output_tokens" -> numbers.output = number(parser, value, numbers);
            case "total_tokens" -> numbers.total = number(parser, value, numbers);
            case "reasoning_tokens" -> numbers.reasoning = number(parser, value, numbers);
            case "prompt_cache_hit_tokens" -> numbers.cacheRead = number(parser, value, numbers);
            case "cache_read_input_tokens" -> {
                numbers.cacheRead = number(parser, value, numbers);
                numbers.cacheBesideInput = true;
            }
            case "cache_creation_input_tokens" -> {
                numbers.cacheWrite = number(parser, value, numbers);
                numbers.cacheBesideInput = true;
            }
            case "prompt_tokens_details", "input_tokens_details", "cache_creation" ->
                members(parser, value, numbers, UsageParser::inputDetails);
            case "completion_tokens_details", "output_tokens_details" ->
                members(parser, value, numbers, UsageParser::outputDetails);
            default -> parser.skipChildren();
        }
    }

    private static void inputDetails(JsonParser parser, String name, JsonToken value, Numbers numbers)
            throws IOException {
        switch (name) {
            case "cached_tokens" -> numbers.cacheRead = number(parser, value, numbers);
            case "cache_write_tokens" -> numbers.cacheWrite = number(parser, value, numbers);
            case "ephemeral_1h_input_tokens" -> numbers.cacheWrite1h = number(parser, value, numbers);
            case "audio_tokens" -> numbers.audioInput = number(parser, value, numbers);
            default -> parser.skipChildren();
        }
    }

    private static void outputDetails(JsonParser parser, String name, JsonToken value, Numbers numbers)
            throws IOException {
        switch (name) {
            case "reasoning_tokens", "thinking_tokens" -> numbers.reasoning = number(parser, value, numbers);
            case "audio_tokens" -> numbers.audioOutput = number(parser, value, numbers);
            default -> parser.skipChildren();
        }
    }

    private static void timings(JsonParser parser, String name, JsonToken value, Numbers numbers) throws IOException {
        switch (name) {
            case "prompt_n" -> numbers.timedInput = number(parser, value, numbers);
            case "cache_n" -> numbers.timedCache = number(parser, value, numbers);
            case "predicted_n" -> numbers.timedOutput = number(parser, value, numbers);
            default -> parser.skipChildren();
        }
    }

    private static void members(JsonParser parser, JsonToken value, Numbers numbers, Member member) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            member.read(parser, name, parser.nextToken(), numbers);
        }
    }

    private static long number(JsonParser parser, JsonToken value, Numbers numbers) throws IOException {
        numbers.touched = true;
        if (value == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long number = parser.getLongValue();
            if (number >= 0 && number <= ABSURD) {
                return number;
            }
        }
        parser.skipChildren();
        numbers.contradiction |= value != JsonToken.VALUE_NULL;
        return Numbers.UNSAID;
    }

    @FunctionalInterface
    private interface Member {
        void read(JsonParser parser, String name, JsonToken value, Numbers numbers) throws IOException;
    }

    /// The numbers as they were said, before they are made to agree. Lives for one parse.
    private static final class Numbers {
        static final long UNSAID = -1;

        long input = UNSAID;
        long output = UNSAID;
        long total = UNSAID;
        long cacheRead = UNSAID;
        long cacheWrite = UNSAID;
        long cacheWrite1h = UNSAID;
        long audioInput = UNSAID;
        long reasoning = UNSAID;
        long audioOutput = UNSAID;
        long timedInput = UNSAID;
        long timedCache = UNSAID;
        long timedOutput = UNSAID;
        boolean cacheBesideInput;
        boolean contradiction;
        boolean touched;

        boolean seen() {
            return (input & output & total & timedInput & timedOutput) != UNSAID;
        }

        @Nullable
        ReportedUsage reconcile() {
            if (!seen()) {
                return null;
            }
            takeTimings();
            fillTotals();
            long read = part(cacheRead, input);
            long written = part(cacheWrite, input - read);
            long written1h = part(cacheWrite1h, written);
            long audioIn = part(audioInput, input - read - written);
            long thought = part(reasoning, output);
            long audioOut = part(audioOutput, output - thought);
            TokenUsage usage = new TokenUsage(
                    input - read - written - audioIn,
                    read,
                    written - written1h,
                    written1h,
                    output - thought - audioOut,
                    thought,
                    audioIn,
                    audioOut,
                    0,
                    false);
            return usage.total() == 0 ? null : new ReportedUsage(usage, contradiction);
        }

        /// llama.cpp times what it evaluated: its `prompt_n` leaves out what its cache held.
        private void takeTimings() {
            if (input == UNSAID && timedInput != UNSAID) {
                input = timedInput + said(timedCache);
            }
            if (output == UNSAID) {
                output = timedOutput;
            }
            if (cacheRead == UNSAID) {
                cacheRead = timedCache;
            }
        }

        private void fillTotals() {
            if (cacheBesideInput) {
                input = said(input) + said(cacheRead) + said(cacheWrite);
            }
            if (input == UNSAID) {
                input = Math.max(0, said(total) - said(output));
            }
            if (output == UNSAID) {
                output = Math.max(0, said(total) - input);
            }
            if (total != UNSAID && total != input + output) {
                if (total == input + output + said(reasoning)) {
                    output += said(reasoning);
                } else {
                    contradiction = true;
                }
            }
        }

        private long part(long part, long room) {
            if (part > room) {
                contradiction = true;
                return room;
            }
            return said(part);
        }

        private static long said(long number) {
            return Math.max(0, number);
        }
    }
}
