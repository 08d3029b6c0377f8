package ai.doubleword.simulator;

import java.util.List;

/// One model of the simulator.
///
/// @param name what requests call it
/// @param kind what it does
/// @param pace how fast
/// @param capacity how many at once
/// @param size how long its answers are
/// @param faults what always goes wrong
public record SimulatedModel(String name, Kind kind, Pace pace, Capacity capacity, Size size, List<Fault> faults) {
    /// What a model does.
    public enum Kind {
        CHAT,
        /// Chat that thinks first, in `reasoning_content`.
        REASONING,
        /// Chat that `/v1/responses` alone serves.
        RESPONSES,
        /// Chat with one answer of about 1 KB made beforehand, for benchmarks: the request is hardly read.
        INSTANT,
        /// Chat whose text is `#<n> <System.nanoTime, 19 digits> `, stamped as each event of a stream is sent.
        STAMPED,
        EMBEDDING
    }

    /// @param firstToken from the start of work to the first token
    /// @param betweenTokens from one token to the next
    public record Pace(Distribution firstToken, Distribution betweenTokens) {}

    /// @param concurrency answers worked on at once; 0: no limit
    /// @param queue requests that may wait beyond that; more get 503
    public record Capacity(int concurrency, int queue) {}

    /// @param minTokens the shortest natural answer
    /// @param maxTokens the longest natural answer
    /// @param contextLength prompt and answer together, in tokens
    /// @param dimensions the length of an embedding
    public record Size(int minTokens, int maxTokens, int contextLength, int dimensions) {}

    /// A model without delays and limits: 24 to 96 tokens, 131,072 tokens of context, 384 dimensions.
    public static SimulatedModel of(String name, Kind kind) {
        return new SimulatedModel(
                name,
                kind,
                new Pace(Distribution.ZERO, Distribution.ZERO),
                new Capacity(0, Integer.MAX_VALUE),
                new Size(24, 96, 131_072, 384),
                List.of());
    }

    public SimulatedModel paced(Distribution firstToken, Distribution betweenTokens) {
        return new SimulatedModel(name, kind, new Pace(firstToken, betweenTokens), capacity, size, faults);
    }

    public SimulatedModel limited(int concurrency, int queue) {
        return new SimulatedModel(name, kind, pace, new Capacity(concurrency, queue), size, faults);
    }

    public SimulatedModel sized(Size other) {
        return new SimulatedModel(name, kind, pace, capacity, other, faults);
    }

    /// Natural answers of exactly so many tokens.
    public SimulatedModel tokens(int count) {
        return sized(new Size(count, count, size.contextLength, size.dimensions));
    }

    /// @param text as in [Fault]
    public SimulatedModel failing(String text) {
        return new SimulatedModel(name, kind, pace, capacity, size, Fault.parseAll(text));
    }
}
