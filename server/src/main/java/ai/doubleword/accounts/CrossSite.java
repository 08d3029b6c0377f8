package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses changes that another site made a signed-in browser send (S-14): the `Origin` must be ours, and the
/// request must carry the session's token, which other sites cannot read. Thread-safe.
@Singleton
public final class CrossSite {
    /// The header that carries the token.
    public static final String HEADER = "X-CSRF-Token";

    /// The form field that carries it where there is no script to send a header.
    public static final String FIELD = "csrf_token";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final PublicAddress address;
    private final CurrentSession session;

    CrossSite(PublicAddress address, CurrentSession session) {
        this.address = address;
        this.session = session;
    }

    /// Checks a request that the session's cookie authenticates. A form's own field is checked when the form was
    /// read: [#checkForm].
    ///
    /// @throws ProblemException `cross_site_refused`
    void check(ContainerRequestContext request) {
        if (READING.contains(request.getMethod())) {
            return;
        }
        checkOrigin(request.getHeaderString("Origin"));
        String token = request.getHeaderString(HEADER);
        MediaType type = request.getMediaType();
        if (token == null && type != null && MediaType.APPLICATION_FORM_URLENCODED_TYPE.isCompatible(type)) {
            session.awaitProof();
        } else {
            checkToken(token);
        }
    }

    /// Checks the token of a form where no header carried it.
    ///
    /// @param token of the form; null if it has none
    void checkForm(@Nullable String token) {
        if (session.awaitsProof()) {
            checkToken(token);
        }
    }

    /// Whether a request comes from a page of ours. Browsers say so for each request that changes something.
    ///
    /// @throws ProblemException `cross_site_refused`
    public void checkOrigin(@Nullable String origin) {
        if (!address.origin().equals(origin)) {
            throw new ProblemException(
                    ErrorCode.CROSS_SITE_REFUSED,
                    "This came from a page of another address. Open " + address.publicUrl()
                            + ", or set server.public-url to the address that you use.");
        }
    }

    private void checkToken(@Nullable String token) {
        if (!session.proves(token)) {
            throw new ProblemException(
                    ErrorCode.CROSS_SITE_REFUSED, "This page is older than your sign-in. Reload it and try again.");
        }
    }
}
