package ai.doubleword.models;

import ai.doubleword.platform.Database;
import ai.doubleword.providers.Discovered;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.ResponsesSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Makes models of what a provider says it serves.
final class Discoveries {
    private final Database database;
    private final Providers providers;
    private final Models models;

    Discoveries(Database database, Providers providers, Models models) {
        this.database = database;
        this.providers = providers;
        this.models = models;
    }

    /// What became of one discovered model.
    ///
    /// @param name what customers write now
    /// @param upstreamModel what the provider calls it
    /// @param type what it does
    /// @param guessed whether the type comes from the name
    /// @param contextLength 0 if the provider does not say
    /// @param added false if this provider served it under this name before
    record Outcome(String name, String upstreamModel, String type, boolean guessed, int contextLength, boolean added) {}

    /// Asks the provider, then adds what is new. Blocks on the network.
    ///
    /// @throws ai.doubleword.platform.ProblemException `not_found`, or `upstream_error` for no list of models
    List<Outcome> discover(String provider) throws InterruptedException {
        List<Discovered> discovered = providers.discover(database.engine(), provider);
        return database.engine().inTransaction(handle -> add(handle, provider, discovered));
    }

    /// Finds out whether a provider serves the Responses API. Blocks on the network.
    ///
    /// @return nothing where it cannot be told
    Optional<ResponsesSupport> responses(String provider) throws InterruptedException {
        return providers.responses(database.engine(), provider);
    }

    /// Adds those that are new. A model whose name is taken by another provider's becomes `provider/name`.
    private List<Outcome> add(Handle handle, String provider, List<Discovered> discovered) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Discovered found : discovered) {
            outcomes.add(add(handle, provider, found));
        }
        return outcomes;
    }

    private Outcome add(Handle handle, String provider, Discovered found) {
        // Some servers name a model by its file: /models/x.gguf
        String plain = found.upstreamModel().replaceAll("^[^A-Za-z0-9]+", "").replaceAll("/{2,}", "/");
        for (String name : List.of(plain, provider + "/" + plain)) {
            var taken = models.byName(handle, name);
            if (taken.isEmpty()) {
                models.create(handle, spec(name, provider, found));
                return outcome(name, found, true);
            }
            boolean ours = taken.get().targets().stream()
                    .anyMatch(target -> target.providerName().equals(provider)
                            && target.upstreamModel().equals(found.upstreamModel()));
            if (ours) {
                return outcome(name, found, false);
            }
        }
        return outcome(provider + "/" + plain, found, false);
    }

    private static Outcome outcome(String name, Discovered found, boolean added) {
        return new Outcome(name, found.upstreamModel(), found.type(), found.guessed(), found.contextLength(), added);
    }

    private static ModelSpec spec(String name, String provider, Discovered found) {
        return new ModelSpec(
                name,
                found.type(),
                null,
                found.capabilities(),
                found.contextLength(),
                found.maxOutput(),
                null,
                null,
                null,
                null,
                null,
                List.of(new ModelSpec.TargetSpec(provider, found.upstreamModel(), null, null, null)),
                null);
    }
}
