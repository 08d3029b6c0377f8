package ai.doubleword.models;

import ai.doubleword.billing.PriceSpec;
import ai.doubleword.providers.ProviderKind;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.Providers;
import java.math.BigDecimal;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What the first start finds to call: the simulator's chat model, which says that it is a demo, and a real embedding
/// model in this process. Once there was any provider, nothing is added again: who removed them meant it.
final class FirstModels {
    static final String DEMO = "doubleword-demo";
    static final String EMBEDDING = "all-minilm-l6-v2";

    private final Providers providers;
    private final Models models;

    FirstModels(Providers providers, Models models) {
        this.providers = providers;
        this.models = models;
    }

    void add(Handle handle) {
        // Several nodes may start for the first time together.
        ModelStore.lockFirst(handle);
        if (providers.everHadOne(handle)) {
            return;
        }
        provider(handle, "simulator", ProviderKind.SIMULATOR);
        provider(handle, "local", ProviderKind.LOCAL_EMBEDDING);
        models.create(
                handle,
                spec(
                        DEMO,
                        ModelType.CHAT,
                        "A demo without a model behind it: it answers with made-up text, in the right form.",
                        List.of("json_schema", "tools"),
                        131_072,
                        "simulator",
                        List.of(
                                price("realtime", null, "1"),
                                price("flex", null, "0.5"),
                                price("batch", "1h", "0.5"),
                                price("batch", "24h", "0.1"),
                                price("background", null, "0.1"))));
        models.create(
                handle,
                spec(
                        EMBEDDING,
                        ModelType.EMBEDDING,
                        "Sentence embeddings of 384 dimensions, computed in this process.",
                        List.of("dimensions"),
                        512,
                        "local",
                        null));
    }

    private void provider(Handle handle, String name, ProviderKind kind) {
        providers.create(
                handle, new ProviderSpec(name, kind.wire(), null, null, null, null, null, null, null, null, null));
    }

    private static ModelSpec spec(
            String name,
            ModelType type,
            String description,
            List<String> capabilities,
            int contextLength,
            String provider,
            @Nullable List<PriceSpec> prices) {
        return new ModelSpec(
                name,
                type.wire(),
                description,
                capabilities,
                contextLength,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(new ModelSpec.TargetSpec(provider, name, null, null, null)),
                prices);
    }

    private static PriceSpec price(String tier, @Nullable String window, String dollars) {
        BigDecimal price = new BigDecimal(dollars);
        return new PriceSpec(tier, window, price, null, null, null, price, null, null, null, null, null);
    }
}
