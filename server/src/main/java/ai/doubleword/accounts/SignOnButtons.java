package ai.doubleword.accounts;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The buttons of the sign-in page that lead to issuers. Templates say `inject:signOn`.
@Named("signOn")
@Singleton
public final class SignOnButtons {
    private final OidcIssuers issuers;

    SignOnButtons(OidcIssuers issuers) {
        this.issuers = issuers;
    }

    /// @param label what the issuer is called
    public record Button(String label, String href) {}

    /// @param path where to go after signing in
    public List<Button> buttons(String path) {
        return issuers.all().keySet().stream()
                .map(name -> new Button(
                        issuers.label(name),
                        "/authentication/oidc/" + name + "?rd=" + URLEncoder.encode(path, StandardCharsets.UTF_8)))
                .toList();
    }
}
