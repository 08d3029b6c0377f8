package ai.doubleword.keys;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/// The key that the request under way was made with, on routes that take any key.
@RequestScoped
public class PresentedKey {
    private @Nullable Principal principal;

    /// @throws IllegalStateException on a route that asks for none
    public Principal get() {
        Principal known = principal;
        if (known == null) {
            throw new IllegalStateException("this route has no key");
        }
        return known;
    }

    void set(Principal verified) {
        principal = verified;
    }
}
