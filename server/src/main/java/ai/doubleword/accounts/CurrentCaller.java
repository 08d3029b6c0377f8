package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The caller of the management request under way, set by the authentication filter before any resource method runs.
/// Inject it and ask [#get]; the injected object stands for a different one in each request.
@RequestScoped
public class CurrentCaller {
    private @Nullable Caller caller;

    /// @throws IllegalStateException on a public route, or outside of a request
    public Caller get() {
        Caller known = caller;
        if (known == null) {
            throw new IllegalStateException("this route has no caller");
        }
        return known;
    }

    /// The caller; nothing on a public route.
    public Optional<Caller> find() {
        return Optional.ofNullable(caller);
    }

    /// For the authentication filter.
    public void set(Caller authenticated) {
        caller = authenticated;
    }
}
