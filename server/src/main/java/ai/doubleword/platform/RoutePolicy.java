package ai.doubleword.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares who may call a route, with which right, and whether it is metered. No route exists without one (S-10):
/// a test walks every resource method, and the authentication filter refuses what has none.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RoutePolicy {
    /// Who may call.
    Authentication value();

    /// The right that a platform key needs: one of `keys, members, usage, billing, webhooks, admin, audit`, or empty.
    String right() default "";

    /// Whether calls count as usage. Only inference does.
    boolean metered() default false;

    /// Whether a signed-in browser must have proved within the last minutes who is there: for what whoever finds
    /// it open must not do.
    boolean confirmed() default false;

    /// Ways to prove who calls.
    enum Authentication {
        /// Anyone: health, sign-in, documents.
        PUBLIC,
        /// A single-use link that is its own proof.
        LINK,
        /// An inference key.
        INFERENCE_KEY,
        /// A platform key, or the local operator's token.
        PLATFORM_KEY,
        /// A signed-in browser, by its cookie. Pages lead whoever is not signed in to the sign-in page and back.
        SESSION,
        /// A platform key, the local operator's token, or a signed-in browser.
        MANAGEMENT,
        /// Either type of key.
        ANY_KEY
    }
}
