package ai.doubleword.models;

import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;

/// Sets the limits of a model over all of its callers. Blocking, thread-safe.
@Singleton
public final class ModelLimits {
    private final Database database;
    private final Models models;
    private final ModelLists lists;

    ModelLimits(Database database, Models models, ModelLists lists) {
        this.database = database;
        this.models = models;
        this.lists = lists;
    }

    /// @param id the model's management id
    /// @throws ai.doubleword.platform.ProblemException `not_found`, or `invalid_value` for what is no limit
    public void set(String id, RatesSpec limits) {
        ModelEntry model = lists.model(id);
        database.engine().useTransaction(handle -> models.update(handle, model, ModelSpec.limited(limits)));
    }
}
