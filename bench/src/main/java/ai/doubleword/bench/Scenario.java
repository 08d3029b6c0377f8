package ai.doubleword.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// What is measured, as its file under `bench/scenarios` says. A field the file leaves out is 0 or false.
///
/// @param about one sentence for the report
/// @param kind how
/// @param connections of the load generator
/// @param rate requests per second (open loop); 0: every connection asks again once answered
/// @param bodyBytes length of a request's body, about
/// @param upstreamDelayMillis how long the model thinks
/// @param events per stream
/// @param eventMillis between two events of a stream
/// @param keys how many keys exist and take turns
/// @param models how many models exist and take turns
/// @param changesPerSecond changes of the configuration while the load runs
/// @param revocations keys revoked while the load runs
/// @param muteNotifications whether the database tells the server of no change, so that it must look for them itself
/// @param usageRows requests that the log holds when pages are asked for
/// @param lines of a file of requests
/// @param stored responses that are kept when some are read
/// @param batches that are ordered or open
/// @param prefixes that the lines of a file share
/// @param places of the model server, 0 for no limit
/// @param queue of the model server, behind its places
/// @param prefixCacheTokens that the model server remembers
/// @param settings of the server, as environment variables
/// @param pollers that each wait for a response of their own
/// @param direct whether the upstream is also measured with nothing in front
/// @param warmupSeconds before the first round of a candidate
/// @param seconds per round
/// @param rounds of each candidate, interleaved
record Scenario(
        String about,
        Kind kind,
        int connections,
        double rate,
        int bodyBytes,
        int upstreamDelayMillis,
        int events,
        int eventMillis,
        int keys,
        int models,
        double changesPerSecond,
        int revocations,
        boolean muteNotifications,
        int usageRows,
        int lines,
        int stored,
        int pollers,
        int batches,
        int prefixes,
        int places,
        int queue,
        int prefixCacheTokens,
        Map<String, String> settings,
        boolean direct,
        double warmupSeconds,
        double seconds,
        int rounds) {
    Scenario {
        settings = Map.copyOf(Objects.requireNonNullElse(settings, Map.of()));
    }

    enum Kind {
        /// Whole answers, every byte compared.
        LOAD,
        /// Paced streams of server-sent events, every event counted and timed.
        STREAM,
        /// From a revocation's answer to the first 401.
        REVOCATION,
        /// From launch to the first 200.
        START,
        /// Pages of the console over a full database, one after the other.
        PAGES,
        /// Files of requests.
        BATCH_UPLOAD,
        /// From an order to its answer.
        BATCH_CREATE,
        /// From an order to the last result.
        BATCH_DRAIN,
        /// From an order to the first request upstream.
        BATCH_IDLE,
        /// From `kill -9` to the next result.
        BATCH_RECOVERY,
        /// Many small batches, uploaded and ordered one by one.
        BATCH_MANY,
        /// Realtime calls beside a batch on the same model.
        BATCH_BESIDE,
        /// What a model server's prefix cache finds of a batch.
        BATCH_PREFIX,
        /// Small batches of some accounts beside a large one of another.
        BATCH_FAIR,
        /// How much of a model server's capacity is used.
        BATCH_ADAPTIVE,
        /// What batches cost that wait.
        BATCH_OPEN,
        /// Responses against chat completions.
        RESPONSES_CREATE,
        /// Background responses until they are durable.
        RESPONSES_BACKGROUND,
        /// Finished responses, read.
        RESPONSES_RETRIEVE,
        /// Unfinished responses, asked for.
        RESPONSES_POLLERS
    }

    static Scenario load(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /// @throws com.fasterxml.jackson.core.JsonProcessingException for an unknown field too, naming it
    static Scenario parse(String yaml) throws IOException {
        YAMLMapper mapper = YAMLMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        Scenario scenario = mapper.readValue(yaml, Scenario.class);
        if (scenario.connections < 1 || scenario.rounds < 1 || scenario.seconds <= 0) {
            throw new IllegalArgumentException("a scenario needs connections, rounds and seconds above 0");
        }
        return scenario;
    }

    Scenario with(double otherWarmup, double otherSeconds, int otherRounds) {
        return new Scenario(
                about,
                kind,
                connections,
                rate,
                bodyBytes,
                upstreamDelayMillis,
                events,
                eventMillis,
                keys,
                models,
                changesPerSecond,
                revocations,
                muteNotifications,
                usageRows,
                lines,
                stored,
                pollers,
                batches,
                prefixes,
                places,
                queue,
                prefixCacheTokens,
                settings,
                direct,
                otherWarmup,
                otherSeconds,
                otherRounds);
    }
}
