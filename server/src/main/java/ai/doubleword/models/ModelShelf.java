package ai.doubleword.models;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.billing.ModelTariff;
import ai.doubleword.platform.Database;
import ai.doubleword.usage.ModelMeasures;
import ai.doubleword.usage.ModelMeasures.Measured;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts together what pages show of models: what they are, what they cost, how they did lately. Blocking, thread-safe.
@Singleton
final class ModelShelf {
    private final Database database;
    private final VisibleModels visible;
    private final ModelMeasures measures;
    private final CurrentCaller current;
    private final Clock clock;

    ModelShelf(Database database, VisibleModels visible, ModelMeasures measures, CurrentCaller current, Clock clock) {
        this.database = database;
        this.visible = visible;
        this.measures = measures;
        this.current = current;
        this.clock = clock;
    }

    /// All that the caller's account may see, by name.
    List<ModelRow> all() {
        Map<Long, Measured> measured = measures.lately();
        return database.engine().withHandle(handle -> {
            List<ModelEntry> entries = visible.all(handle);
            Map<Long, List<ModelTariff>> prices = visible.prices(handle, entries);
            return entries.stream().map(model -> row(model, prices, measured)).toList();
        });
    }

    /// @throws ai.doubleword.platform.ProblemException `not_found`
    ModelRow get(String name) {
        Map<Long, Measured> measured = measures.lately();
        return database.engine().withHandle(handle -> {
            ModelEntry model = visible.require(handle, name);
            return row(model, visible.prices(handle, List.of(model)), measured);
        });
    }

    private ModelRow row(ModelEntry model, Map<Long, List<ModelTariff>> prices, Map<Long, Measured> measured) {
        Instant now = clock.instant();
        return ModelRow.of(
                model,
                prices.getOrDefault(model.id(), List.of()),
                Optional.ofNullable(measured.get(model.id())),
                current.get().administrator(),
                now);
    }
}
