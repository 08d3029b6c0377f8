package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.TestProviders;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.HandleConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoutingLoaderTest {
    private static final Map<String, BigDecimal> FACTORS =
            Map.of("flex/", new BigDecimal("0.5"), "batch/24h", new BigDecimal("0.25"));

    private final TestDatabase database = TestDatabase.create();
    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final Clock clock = new MovedClock(now::get);
    private final Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());
    private final Providers providers = TestProviders.create(vertx, ids, clock);
    private final Tariffs tariffs = Tariffs.of(ids, clock, FACTORS);
    private final Models models = new Models(providers, tariffs, ids, (transaction, event) -> {});
    private final RoutingTable table = new RoutingTable();
    private final RoutingLoader loader = new RoutingLoader(providers, tariffs, table, clock);
    private final Connection connection;

    RoutingLoaderTest() throws Exception {
        connection = database.database().dedicatedConnection(Duration.ofSeconds(5));
    }

    @BeforeEach
    void seed() {
        inTransaction(handle -> new FirstModels(providers, models).add(handle));
        loader.load(connection);
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
        database.close();
    }

    @Test
    void theFirstStartHasADemoAndARealEmbeddingModel() {
        assertThat(table.current().models())
                .extracting(Model::name)
                .containsExactly("all-minilm-l6-v2", "doubleword-demo");
        Model demo = model("doubleword-demo");
        assertThat(price(demo, Tier.REALTIME)).isEqualTo(1_000_000_000);
        assertThat(price(demo, Tier.FLEX)).isEqualTo(500_000_000);
        assertThat(price(demo, Tier.BATCH)).isEqualTo(100_000_000);
        assertThat(model("all-minilm-l6-v2").tariff(Tier.REALTIME)).isEqualTo(Tariff.FREE);
    }

    @Test
    void whatWasRemovedIsNotSeededAgain() {
        inTransaction(handle -> {
            models.leaveProvider(handle, "simulator");
            providers.delete(handle, "simulator");
            models.delete(handle, models.byName(handle, "doubleword-demo").orElseThrow());
            new FirstModels(providers, models).add(handle);
        });
        loader.read(connection);
        assertThat(table.current().models()).extracting(Model::name).containsExactly("all-minilm-l6-v2");
    }

    @Test
    void aChangeReloadsOnlyWhatChangedAndKeepsTargetState() {
        addVllm();
        Model before = model("llama");
        Model untouched = model("doubleword-demo");
        inTransaction(handle -> models.update(
                handle,
                models.byName(handle, "llama").orElseThrow(),
                new ModelSpec(null, null, "new words", null, null, null, null, null, null, null, null, null, null)));
        loader.read(connection);
        assertThat(model("llama").description()).isEqualTo("new words");
        assertThat(model("llama").route().targets().getFirst().state())
                .isSameAs(before.route().targets().getFirst().state());
        assertThat(model("doubleword-demo")).isSameAs(untouched);
    }

    @Test
    void aHiddenModelIsVisibleToNoGroup() {
        addVllm();
        inTransaction(
                handle -> models.update(handle, models.byName(handle, "llama").orElseThrow(), ModelSpec.hidden(true)));
        loader.read(connection);
        assertThat(model("llama").visibleTo(Set.of(1L, 2L))).isFalse();

        inTransaction(
                handle -> models.update(handle, models.byName(handle, "llama").orElseThrow(), ModelSpec.hidden(false)));
        loader.read(connection);
        assertThat(model("llama").visibleTo(Set.of())).isTrue();
    }

    @Test
    void nothingChangedMakesNoNewSnapshot() {
        Routing current = table.current();
        loader.read(connection);
        assertThat(table.current()).isSameAs(current);
    }

    @Test
    void aChangedProviderGetsANewWayAndAnUnchangedOneKeepsIts() {
        addVllm();
        Target before = model("llama").route().targets().getFirst();
        inTransaction(handle -> models.update(
                handle,
                models.byName(handle, "llama").orElseThrow(),
                new ModelSpec(null, null, null, null, 4_096, null, null, null, null, null, null, null, null)));
        loader.read(connection);
        assertThat(model("llama").route().targets().getFirst().upstream()).isSameAs(before.upstream());

        inTransaction(handle -> providers.update(handle, "vllm", spec("vllm", "http://localhost:9/v1", "sk-2")));
        loader.read(connection);
        Target after = model("llama").route().targets().getFirst();
        assertThat(after.upstream()).isNotSameAs(before.upstream());
        assertThat(after.state()).isSameAs(before.state());
        assertThat(after.id()).isEqualTo(before.id());
    }

    @Test
    void aTargetThatComesBackHasItsOldIdentity() {
        addVllm();
        long id = model("llama").route().targets().getFirst().id();
        setTargets(List.of());
        assertThat(model("llama").route().targets()).isEmpty();
        setTargets(List.of(new ModelSpec.TargetSpec("vllm", "meta/llama", 3, null, null)));
        assertThat(model("llama").route().targets().getFirst().id()).isEqualTo(id);
        assertThat(model("llama").route().targets().getFirst().weight()).isEqualTo(3);
    }

    @Test
    void aRealtimePriceFillsInTheOtherTiersUnlessSomebodySetThem() {
        addVllm();
        setPrice(price("realtime", null, "2", null));
        assertThat(price(model("llama"), Tier.FLEX)).isEqualTo(1_000_000_000);
        assertThat(price(model("llama"), Tier.BATCH)).isEqualTo(500_000_000);
        setPrice(price("flex", null, "1.5", null));
        setPrice(price("realtime", null, "4", null));
        assertThat(price(model("llama"), Tier.FLEX)).as("set by hand").isEqualTo(1_500_000_000);
        assertThat(price(model("llama"), Tier.BATCH)).as("filled in anew").isEqualTo(1_000_000_000);
    }

    @Test
    void aFuturePriceCountsOnceItIsDue() {
        addVllm();
        setPrice(price("realtime", null, "2", null));
        setPrice(price("realtime", null, "3", now.get().plusSeconds(3_600)));
        assertThat(price(model("llama"), Tier.REALTIME)).isEqualTo(2_000_000_000L);
        now.set(now.get().plusSeconds(3_601));
        loader.read(connection);
        assertThat(price(model("llama"), Tier.REALTIME)).isEqualTo(3_000_000_000L);
    }

    @Test
    void aThousandModelsLoadAndChangeQuickly() {
        addVllm();
        inTransaction(handle -> {
            for (int i = 0; i < 1_000; i++) {
                models.create(handle, ModelSpec.at("bulk-" + i, ModelType.CHAT, "vllm", "up-" + i));
            }
        });
        loader.read(connection);
        assertThat(table.current().models()).hasSize(1_003);
        Model other = model("bulk-1");
        setPrice(price("realtime", null, "1", null));
        assertThat(model("bulk-1")).isSameAs(other);
    }

    private void addVllm() {
        inTransaction(handle -> {
            providers.create(handle, spec("vllm", "http://localhost:8000/v1", "sk-1"));
            models.create(handle, ModelSpec.at("llama", ModelType.CHAT, "vllm", "meta/llama"));
        });
        loader.read(connection);
    }

    private void setTargets(List<ModelSpec.TargetSpec> targets) {
        inTransaction(handle -> models.update(
                handle,
                models.byName(handle, "llama").orElseThrow(),
                new ModelSpec(null, null, null, null, null, null, null, null, null, null, null, targets, null)));
        loader.read(connection);
    }

    private void setPrice(PriceSpec price) {
        inTransaction(
                handle -> models.price(handle, models.byName(handle, "llama").orElseThrow(), List.of(price)));
        loader.read(connection);
    }

    private static PriceSpec price(String tier, @Nullable String window, String input, @Nullable Instant from) {
        return new PriceSpec(tier, window, new BigDecimal(input), null, null, null, null, null, null, null, null, from);
    }

    private static ProviderSpec spec(String name, String url, String key) {
        return new ProviderSpec(name, null, url, key, null, null, null, null, null, null, null);
    }

    private Model model(String name) {
        return Objects.requireNonNull(table.current().model(name));
    }

    private static long price(Model model, Tier tier) {
        return Objects.requireNonNull(model.tariff(tier)).input();
    }

    private void inTransaction(HandleConsumer<RuntimeException> work) {
        database.database().engine().useTransaction(work);
    }

    private static final class MovedClock extends Clock {
        private final InstantSource source;

        MovedClock(InstantSource source) {
            this.source = source;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return source.instant();
        }
    }
}
