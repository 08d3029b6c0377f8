package ai.doubleword.platform;

import io.vertx.ext.web.RoutingContext;

/// The id of one request: on the response as `x-request-id`, in the error body, the request log, the trace, and on
/// every line of the log.
///
/// @param id time-ordered
/// @param text as users see it: `req_…`
public record RequestId(long id, String text) {
    /// The response header that carries it.
    public static final String HEADER = "x-request-id";

    /// The key of the log's context under which it stands.
    public static final String LOG_KEY = "requestId";

    private static final String SLOT = RequestId.class.getName();

    /// The id that [RequestEdge] gave to a request.
    public static RequestId of(RoutingContext context) {
        RequestId given = context.get(SLOT);
        if (given == null) {
            throw new IllegalStateException("the request did not come through RequestEdge");
        }
        return given;
    }

    static RequestId assign(RoutingContext context, Ids ids) {
        long id = ids.next();
        RequestId made = new RequestId(id, Ids.format("req", id));
        context.put(SLOT, made);
        return made;
    }
}
