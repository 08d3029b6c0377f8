package ai.doubleword.accounts;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// The buttons of the sign-in page that lead to issuers. Templates say `inject:signOn`.
@Named("signOn")
@Singleton
public final class SignOnButtons {
    private final OidcIssuers issuers;
    private final ProxySignOn proxy;

    SignOnButtons(OidcIssuers issuers, ProxySignOn proxy) {
        this.issuers = issuers;
        this.proxy = proxy;
    }

    /// @param label what stands on it
    public record Button(String label, String href) {}

    /// @param path where to go after signing in
    public List<Button> buttons(String path) {
        return buttons(path, "");
    }

    /// The same for who is signed in already and has to prove it: issuers ask again.
    List<Button> again(String path) {
        return buttons(path, "&again=yes");
    }

    private List<Button> buttons(String path, String more) {
        String rd = "?rd=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + more;
        Stream<Button> here = proxy.address().stream()
                .map(address -> new Button("Continue as " + address, "/authentication/proxy" + rd));
        Stream<Button> elsewhere = issuers.all().keySet().stream()
                .map(name -> new Button("Continue with " + issuers.label(name), "/authentication/oidc/" + name + rd));
        return Stream.concat(here, elsewhere).toList();
    }
}
