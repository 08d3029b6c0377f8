package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Provider;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.Providers;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The catalogue as code: written out whole, compared with what somebody wants, and made so, in one transaction that
/// takes effect whole or not at all. Applying the same document twice changes nothing the second time. Blocking,
/// thread-safe.
final class Catalogue {
    private final Database database;
    private final Providers providers;
    private final Models models;
    private final Tariffs tariffs;
    private final Clock clock;
    private final AuditTrail audit;

    Catalogue(Database database, Providers providers, Models models, Tariffs tariffs, Clock clock, AuditTrail audit) {
        this.database = database;
        this.providers = providers;
        this.models = models;
        this.tariffs = tariffs;
        this.clock = clock;
        this.audit = audit;
    }

    /// Everything, with references to secrets instead of secrets.
    CatalogueDocument export() {
        return database.engine().inTransaction(this::export);
    }

    /// What applying the document would change. Nothing is changed.
    ///
    /// @param remove whether what a section does not list goes
    List<CatalogueChange> plan(CatalogueDocument wanted, boolean remove) {
        return database.engine().withHandle(handle -> {
            handle.begin();
            try {
                return change(handle, wanted, remove);
            } finally {
                handle.rollback();
            }
        });
    }

    /// Makes it so.
    ///
    /// @return what changed
    List<CatalogueChange> apply(CatalogueDocument wanted, boolean remove) {
        return database.engine().inTransaction(handle -> {
            List<CatalogueChange> changes = change(handle, wanted, remove);
            if (!changes.isEmpty()) {
                audit.record(
                        handle, AuditEvent.of("configuration.applied", 0, "").to(Map.of("changes", changes)));
            }
            return changes;
        });
    }

    private List<CatalogueChange> change(Handle handle, CatalogueDocument wanted, boolean remove) {
        ModelStore.lockCatalogue(handle);
        CatalogueDocument before = export(handle);
        Map<String, String> secrets = secrets(handle);
        List<ProviderSpec> wantedProviders = wanted.providers() == null ? List.of() : wanted.providers();
        List<ModelSpec> wantedModels = wanted.models() == null ? List.of() : wanted.models();
        each("providers", wantedProviders, spec -> put(handle, spec));
        each("models", wantedModels, spec -> put(handle, spec));
        if (remove && wanted.models() != null) {
            Set<String> kept = wantedModels.stream()
                    .map(spec -> ModelRules.name(spec.name()))
                    .collect(Collectors.toSet());
            models.all(handle).stream()
                    .filter(model -> !kept.contains(model.name()))
                    .forEach(model -> models.delete(handle, model));
        }
        if (remove && wanted.providers() != null) {
            Set<String> kept = wantedProviders.stream()
                    .map(spec -> String.valueOf(spec.name()))
                    .collect(Collectors.toSet());
            for (Provider provider : providers.list(handle)) {
                if (!kept.contains(provider.name())) {
                    models.leaveProvider(handle, provider.name());
                    providers.delete(handle, provider.name());
                }
            }
        }
        return CatalogueChange.between(before, secrets, export(handle), secrets(handle));
    }

    /// @throws ProblemException whose `param` says where in the document it is
    private static <T> void each(String section, List<T> wanted, Consumer<T> put) {
        for (int i = 0; i < wanted.size(); i++) {
            try {
                put.accept(wanted.get(i));
            } catch (ProblemException e) {
                throw new ProblemException(e.problem().within(section + "[" + i + "]"));
            }
        }
    }

    private void put(Handle handle, ProviderSpec spec) {
        String name = String.valueOf(spec.name());
        if (providers.byName(handle, name).isPresent()) {
            providers.update(handle, name, spec);
        } else {
            providers.create(handle, spec);
        }
    }

    private void put(Handle handle, ModelSpec spec) {
        models.byName(handle, ModelRules.name(spec.name()))
                .ifPresentOrElse(known -> models.update(handle, known, spec), () -> models.create(handle, spec));
    }

    private Map<String, String> secrets(Handle handle) {
        Map<String, String> versions = new HashMap<>();
        for (Provider provider : providers.list(handle)) {
            versions.put(provider.name(), providers.secretsVersion(handle, provider.name()));
        }
        return versions;
    }

    private CatalogueDocument export(Handle handle) {
        List<ModelEntry> all = models.all(handle);
        Map<Long, List<ModelTariff>> prices =
                tariffs.inForceAndLater(handle, all.stream().map(ModelEntry::id).toList()).stream()
                        .filter(price -> !price.derived())
                        .collect(Collectors.groupingBy(ModelTariff::model));
        return new CatalogueDocument(
                providers.list(handle).stream().map(Catalogue::spec).toList(),
                all.stream()
                        .map(model -> spec(model, prices.getOrDefault(model.id(), List.of())))
                        .toList());
    }

    private static ProviderSpec spec(Provider provider) {
        Map<String, String> sources = new TreeMap<>(provider.headers());
        return new ProviderSpec(
                provider.name(),
                provider.kind().wire(),
                provider.baseUrl().isEmpty() ? null : provider.baseUrl(),
                null,
                provider.keySet() ? provider.keySource() : null,
                null,
                sources.isEmpty() ? null : sources,
                new ProviderSpec.Timeouts(
                        provider.timeouts().connectMs(),
                        provider.timeouts().firstByteMs(),
                        provider.timeouts().idleMs(),
                        provider.timeouts().totalMs()),
                new ProviderSpec.Quirks(
                        provider.quirks().takesServiceTier(),
                        provider.quirks().takesStreamUsage(),
                        provider.quirks().takesBase64(),
                        provider.quirks().responses().wire()),
                provider.concurrency(),
                new ProviderSpec.Health(provider.healthPath(), provider.healthIntervalMillis()));
    }

    private ModelSpec spec(ModelEntry model, List<ModelTariff> prices) {
        return new ModelSpec(
                model.name(),
                model.type().wire(),
                model.description(),
                model.capabilities(),
                model.contextLength(),
                model.maxOutput(),
                new RatesSpec(
                        model.rates().requestsPerMinute(),
                        model.rates().tokensPerMinute(),
                        model.rates().concurrentRequests()),
                model.tiers().stream().map(Tier::wire).toList(),
                List.copyOf(model.groups().keySet()),
                model.hidden(),
                model.policy().name().toLowerCase(java.util.Locale.ROOT),
                model.targets().stream()
                        .map(target -> new ModelSpec.TargetSpec(
                                target.providerName(),
                                target.upstreamModel(),
                                target.weight(),
                                target.priority(),
                                target.concurrency()))
                        .toList(),
                prices(prices));
    }

    private List<PriceSpec> prices(List<ModelTariff> prices) {
        Instant now = clock.instant();
        List<PriceSpec> specs = new ArrayList<>();
        for (ModelTariff price : prices) {
            Tariff tariff = price.tariff();
            @Nullable Instant from = tariff.validFrom().isAfter(now) ? tariff.validFrom() : null;
            specs.add(new PriceSpec(
                    price.tier().wire(),
                    price.window().isEmpty() ? null : price.window(),
                    dollars(tariff.input()),
                    unless(tariff.cacheRead(), tariff.input()),
                    unless(tariff.cacheWrite5m(), tariff.input()),
                    unless(tariff.cacheWrite1h(), tariff.input()),
                    dollars(tariff.output()),
                    unless(tariff.reasoning(), tariff.output()),
                    unless(tariff.audioInput(), tariff.input()),
                    unless(tariff.audioOutput(), tariff.output()),
                    unless(tariff.images(), 0),
                    from));
        }
        specs.sort(java.util.Comparator.comparing((PriceSpec spec) -> String.valueOf(spec.tier()))
                .thenComparing(spec -> String.valueOf(spec.window()))
                .thenComparing(spec -> String.valueOf(spec.validFrom())));
        return specs;
    }

    private static @Nullable BigDecimal unless(long nanos, long same) {
        return nanos == same ? null : dollars(nanos);
    }

    private static BigDecimal dollars(long nanos) {
        BigDecimal dollars = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }
}
