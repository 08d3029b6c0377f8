package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Provider;
import ai.doubleword.providers.Providers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Adds, changes and removes models. Each method is part of its caller's transaction and blocks; thread-safe. The
/// change takes effect on every node within half a second of the commit, and on this one before the answer (see
/// [RoutesSettled]).
final class Models {
    private final Providers providers;
    private final Tariffs tariffs;
    private final Ids ids;
    private final AuditTrail audit;

    Models(Providers providers, Tariffs tariffs, Ids ids, AuditTrail audit) {
        this.providers = providers;
        this.tariffs = tariffs;
        this.ids = ids;
        this.audit = audit;
    }

    List<ModelEntry> all(Handle handle) {
        return ModelStore.all(handle);
    }

    Optional<ModelEntry> byName(Handle handle, String name) {
        return ModelStore.byName(handle, name);
    }

    Optional<ModelEntry> byUuid(Handle handle, UUID uuid) {
        return ModelStore.byUuid(handle, uuid);
    }

    /// @throws ProblemException `conflict` if the name is taken, `invalid_value` for settings that cannot be
    ModelEntry create(Handle handle, ModelSpec spec) {
        String name = ModelRules.name(spec.name());
        requireFree(handle, name);
        ModelEntry blank = new ModelEntry(
                ids.next(),
                UUID.randomUUID(),
                name,
                ModelType.CHAT,
                "",
                List.of(),
                0,
                0,
                Rates.UNLIMITED,
                EnumSet.allOf(Tier.class),
                Route.Policy.PRIORITY,
                new TreeMap<>(),
                false,
                List.of(),
                Instant.EPOCH);
        ModelEntry merged = merge(blank, spec);
        ModelStore.insert(handle, merged);
        ModelEntry created = finish(handle, merged, spec);
        audit.record(handle, AuditEvent.of("model.created", 0, name).to(Map.of("model", created)));
        return created;
    }

    /// Changes what the spec names and keeps the rest.
    ///
    /// @throws ProblemException as [#create]
    ModelEntry update(Handle handle, ModelEntry model, ModelSpec spec) {
        if (spec.name() != null && !spec.name().equals(model.name())) {
            requireFree(handle, ModelRules.name(spec.name()));
        }
        ModelEntry merged = merge(model, spec);
        if (!merged.equals(model)) {
            ModelStore.update(handle, merged);
        }
        ModelEntry updated = finish(handle, merged, spec);
        if (!updated.equals(model)) {
            audit.record(
                    handle,
                    AuditEvent.of("model.changed", 0, model.name())
                            .from(Map.of("model", model))
                            .to(Map.of("model", updated)));
        }
        return updated;
    }

    void delete(Handle handle, ModelEntry model) {
        model.targets().forEach(target -> ModelStore.deleteTarget(handle, target.id()));
        ModelStore.delete(handle, model.id());
        audit.record(handle, AuditEvent.of("model.deleted", 0, model.name()).from(Map.of("model", model)));
    }

    /// Takes a provider out of all routes.
    ///
    /// @return the names of models that are left without a target
    List<String> leaveProvider(Handle handle, String provider) {
        List<String> stranded = new ArrayList<>();
        for (ModelEntry model : ModelStore.all(handle)) {
            List<ModelEntry.TargetEntry> gone = model.targets().stream()
                    .filter(target -> target.providerName().equals(provider))
                    .toList();
            gone.forEach(target -> ModelStore.deleteTarget(handle, target.id()));
            if (!gone.isEmpty() && gone.size() == model.targets().size()) {
                stranded.add(model.name());
            }
        }
        return stranded;
    }

    private void requireFree(Handle handle, String name) {
        if (ModelStore.byName(handle, name).isPresent()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.CONFLICT,
                    "name",
                    "A model named '" + name + "' exists. Choose another name, or change it."));
        }
    }

    private ModelEntry finish(Handle handle, ModelEntry model, ModelSpec spec) {
        if (spec.targets() != null) {
            route(handle, model, spec.targets());
        }
        if (spec.groups() != null) {
            open(handle, model, spec.groups());
        }
        if (spec.prices() != null && !spec.prices().isEmpty()) {
            try {
                price(handle, model, spec.prices());
            } catch (ProblemException e) {
                throw new ProblemException(e.problem().within("prices"));
            }
        }
        return ModelStore.byUuid(handle, model.uuid()).orElseThrow();
    }

    private void route(Handle handle, ModelEntry model, List<ModelSpec.TargetSpec> wanted) {
        if (wanted.size() > TargetOrder.MAX_TARGETS) {
            throw ModelRules.invalid("targets", "must be at most " + TargetOrder.MAX_TARGETS);
        }
        Map<String, ModelEntry.TargetEntry> gone = new HashMap<>();
        model.targets().forEach(target -> gone.put(target.provider() + "\n" + target.upstreamModel(), target));
        for (int i = 0; i < wanted.size(); i++) {
            ModelEntry.TargetEntry target = target(handle, model, wanted.get(i), "targets[" + i + "].");
            ModelEntry.TargetEntry known = gone.remove(target.provider() + "\n" + target.upstreamModel());
            if (known == null || !sameSettings(known, target)) {
                ModelStore.putTarget(handle, model.id(), target);
            }
        }
        gone.values().forEach(target -> ModelStore.deleteTarget(handle, target.id()));
    }

    private static boolean sameSettings(ModelEntry.TargetEntry a, ModelEntry.TargetEntry b) {
        return a.weight() == b.weight() && a.priority() == b.priority() && a.concurrency() == b.concurrency();
    }

    private ModelEntry.TargetEntry target(Handle handle, ModelEntry model, ModelSpec.TargetSpec spec, String place) {
        String name = Objects.requireNonNullElse(spec.provider(), "");
        Provider provider = providers
                .byName(handle, name)
                .orElseThrow(() ->
                        ModelRules.invalid(place + "provider", "is '" + name + "', and there is no such provider"));
        String upstream = Objects.requireNonNullElse(spec.model(), model.name());
        if (upstream.isEmpty() || upstream.length() > 255) {
            throw ModelRules.invalid(place + "model", "must have 1 to 255 characters");
        }
        int weight = ModelRules.atLeast(1, place + "weight", Objects.requireNonNullElse(spec.weight(), 1));
        if (weight > 1_000_000) {
            throw ModelRules.invalid(place + "weight", "must be at most 1000000");
        }
        return new ModelEntry.TargetEntry(
                ids.next(),
                provider.id(),
                provider.name(),
                upstream,
                weight,
                ModelRules.atLeast(0, place + "priority", Objects.requireNonNullElse(spec.priority(), 0)),
                ModelRules.atLeast(0, place + "concurrency", Objects.requireNonNullElse(spec.concurrency(), 0)));
    }

    private void open(Handle handle, ModelEntry model, List<String> names) {
        SortedMap<String, Long> gone = new TreeMap<>(model.groups());
        for (String name : names) {
            if (gone.remove(name) == null && !model.groups().containsKey(name)) {
                ModelRules.group(name);
                GroupStore.ensure(handle, ids.next(), name);
                long group = GroupStore.byName(handle, name).orElseThrow();
                ModelStore.putGroup(handle, model.id(), group);
            }
        }
        gone.values().forEach(group -> ModelStore.deleteGroup(handle, model.id(), group));
    }

    private static ModelEntry merge(ModelEntry old, ModelSpec spec) {
        return new ModelEntry(
                old.id(),
                old.uuid(),
                or(spec.name(), old.name()),
                spec.type() == null ? old.type() : ModelRules.type(spec.type()),
                ModelRules.description(or(spec.description(), old.description())),
                ModelRules.capabilities(or(spec.capabilities(), old.capabilities())),
                ModelRules.atLeast(0, "context_length", or(spec.contextLength(), old.contextLength())),
                ModelRules.atLeast(0, "max_output", or(spec.maxOutput(), old.maxOutput())),
                spec.limits() == null ? old.rates() : spec.limits().over(old.rates()),
                spec.tiers() == null ? old.tiers() : ModelRules.tiers(spec.tiers()),
                spec.policy() == null ? old.policy() : ModelRules.policy(spec.policy()),
                old.groups(),
                or(spec.hidden(), old.hidden()),
                old.targets(),
                old.created());
    }

    private static <T> T or(@Nullable T wanted, T old) {
        return wanted == null ? old : wanted;
    }

    /// Adds versions to a model's prices.
    ///
    /// @return what was added
    /// @throws ProblemException `invalid_value`
    List<ModelTariff> price(Handle handle, ModelEntry model, List<PriceSpec> prices) {
        List<ModelTariff> added = tariffs.add(handle, model.id(), prices);
        if (!added.isEmpty()) {
            audit.record(handle, AuditEvent.of("price.set", 0, model.name()).to(Map.of("prices", added)));
        }
        return added;
    }
}
