package ai.doubleword.translation;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What a response used, in the totals that clients are told.
///
/// @param input all input tokens
/// @param cached input tokens that the provider's cache served, part of `input`
/// @param written input tokens that were written to a cache, part of `input`
/// @param output all output tokens
/// @param reasoning output tokens spent on reasoning, part of `output`
public record TokenCounts(long input, long cached, long written, long output, long reasoning) {
    ObjectNode toJson() {
        ObjectNode usage = Json.object();
        usage.put("input_tokens", input);
        usage.putObject("input_tokens_details").put("cached_tokens", cached).put("cache_write_tokens", written);
        usage.put("output_tokens", output);
        usage.putObject("output_tokens_details").put("reasoning_tokens", reasoning);
        usage.put("total_tokens", input + output);
        return usage;
    }
}
