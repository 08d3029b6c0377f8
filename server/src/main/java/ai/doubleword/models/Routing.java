package ai.doubleword.models;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One immutable snapshot of everything that requests are routed by. Limiter, breaker and counter state lives beside
/// it, keyed by identity, and survives every change. Lookup is one hash probe.
public final class Routing {
    /// Before the first load: no models.
    public static final Routing EMPTY = new Routing(0, Map.of());

    private final long version;
    private final Map<String, Model> models;

    /// @param version grows with every change
    /// @param models by public name
    public Routing(long version, Map<String, Model> models) {
        this.version = version;
        this.models = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    public long version() {
        return version;
    }

    /// The model of this public name, if there is one; visibility is the caller's to check.
    public @Nullable Model model(String name) {
        return models.get(name);
    }

    /// All models, in the order of their names.
    public Collection<Model> models() {
        return models.values();
    }
}
