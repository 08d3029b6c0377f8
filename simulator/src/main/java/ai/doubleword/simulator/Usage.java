package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Tokens as OpenAI reports them: cached ones are part of the prompt's, reasoning ones part of the completion's.
record Usage(int prompt, int cached, int completion, int reasoning) {
    ObjectNode toJson() {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", prompt + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", reasoning)
                .put("audio_tokens", 0);
        return usage;
    }

    /// The same in the words of `/v1/responses`.
    ObjectNode toResponsesJson() {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("input_tokens", prompt);
        usage.putObject("input_tokens_details").put("cached_tokens", cached);
        usage.put("output_tokens", completion);
        usage.putObject("output_tokens_details").put("reasoning_tokens", reasoning);
        usage.put("total_tokens", prompt + completion);
        return usage;
    }
}
