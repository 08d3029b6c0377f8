package ai.doubleword.models;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.providers.Providers;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// The models that the caller's account may see, with their prices; all of them, and where they run, for
/// administrators. Each method is part of its caller's transaction; thread-safe.
@Singleton
final class VisibleModels {
    private final Models models;
    private final Tariffs tariffs;
    private final Providers providers;
    private final CurrentCaller caller;

    VisibleModels(Models models, Tariffs tariffs, Providers providers, CurrentCaller caller) {
        this.models = models;
        this.tariffs = tariffs;
        this.providers = providers;
        this.caller = caller;
    }

    List<ModelEntry> all(Handle handle) {
        Caller reader = caller.get();
        List<ModelEntry> all = models.all(handle);
        if (administrator(reader)) {
            return all;
        }
        Set<Long> groups = GroupStore.ofAccount(handle, reader.account());
        return all.stream().filter(model -> isOpenTo(groups, model)).toList();
    }

    /// The model of a UUID or a name.
    ///
    /// @throws ProblemException `not_found`
    ModelEntry require(Handle handle, String model) {
        return find(handle, model)
                .filter(found -> administrator(caller.get())
                        || isOpenTo(GroupStore.ofAccount(handle, caller.get().account()), found))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no model '" + model + "'."));
    }

    ModelView view(Handle handle, ModelEntry model) {
        return views(handle, List.of(model)).getFirst();
    }

    List<ModelView> views(Handle handle, List<ModelEntry> page) {
        Map<Long, List<ModelTariff>> prices = prices(handle, page);
        return page.stream()
                .map(model -> ModelView.of(
                        model, prices.getOrDefault(model.id(), List.of()), administrator(caller.get()), providers))
                .toList();
    }

    /// Prices in force now, and those that will be, by internal id.
    Map<Long, List<ModelTariff>> prices(Handle handle, List<ModelEntry> page) {
        List<Long> ids = page.stream().map(ModelEntry::id).toList();
        return tariffs.inForceAndLater(handle, ids).stream().collect(Collectors.groupingBy(ModelTariff::model));
    }

    private static boolean isOpenTo(Set<Long> groups, ModelEntry model) {
        return !model.hidden()
                && (model.groups().isEmpty() || model.groups().values().stream().anyMatch(groups::contains));
    }

    private static boolean administrator(Caller reader) {
        return reader.administrator() && reader.may("admin");
    }

    private Optional<ModelEntry> find(Handle handle, String model) {
        try {
            return models.byUuid(handle, UUID.fromString(model)).or(() -> models.byName(handle, model));
        } catch (IllegalArgumentException e) {
            return models.byName(handle, model);
        }
    }
}
