import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;

@JsonClassDescription("The weather in a city")
static class GetWeather {
    public String city;

    Map<String, Object> run() {
        return Map.of("city", city, "degrees", 21);
    }
}

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();
    var conversation = ChatCompletionCreateParams.builder()
            .model("doubleword-demo")
            .addUserMessage("What is the weather in Oslo?")
            .addTool(GetWeather.class);

    var required = conversation.build().toBuilder()
            .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
            .build();
    var wish = client.chat().completions().create(required).choices().getFirst().message();
    conversation.addMessage(wish);
    for (var call : wish.toolCalls().orElseThrow()) {
        var function = call.asFunction();
        conversation.addMessage(ChatCompletionToolMessageParam.builder()
                .toolCallId(function.id())
                .contentAsJson(function.function().arguments(GetWeather.class).run())
                .build());
    }

    var answer = client.chat().completions().create(conversation.build());
    IO.println(answer.choices().getFirst().message().content().orElse(""));
    client.close();
}
