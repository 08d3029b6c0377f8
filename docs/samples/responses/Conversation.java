import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.items.ItemListParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.ResponseCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var conversation = client.conversations().create(ConversationCreateParams.builder()
            .addItem(EasyInputMessage.builder()
                    .role(EasyInputMessage.Role.USER)
                    .content("I keep bees.")
                    .build())
            .build());
    for (String question : List.of("What should I do in spring?", "And in autumn?")) {
        var response = client.responses().create(ResponseCreateParams.builder()
                .model("doubleword-demo")
                .conversation(conversation.id())
                .input(question)
                .build());
        response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .forEach(text -> IO.println(text.text()));
    }

    var all = ItemListParams.builder().order(ItemListParams.Order.ASC).build();
    for (var item : client.conversations().items().list(conversation.id(), all).autoPager()) {
        item.message().ifPresent(message -> IO.println(message.role()));
    }
    client.close();
}
