package ai.doubleword.platform;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Why a start failed, for whoever started the server: two lines where a person can act, a stack trace where we erred.
final class StartFailure {
    private StartFailure() {}

    /// @param address where the server was to listen
    static void explain(Throwable failure, URI address, PrintWriter out) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartRefusedException refused) {
                out.println(refused.getMessage());
                out.println(refused.remedy());
                return;
            }
            if (cause instanceof IOException refused && isOfBind(refused)) {
                explainBind(String.valueOf(refused.getMessage()), address, out);
                return;
            }
        }
        failure.printStackTrace(out);
    }

    /// Netty's native transport throws an exception of its own, which names the call: `bind(..) failed with …`.
    private static boolean isOfBind(IOException failure) {
        return failure instanceof BindException
                || String.valueOf(failure.getMessage()).startsWith("bind(");
    }

    private static void explainBind(String reason, URI address, PrintWriter out) {
        int port = address.getPort();
        String host = address.getHost();
        if (reason.contains("in use")) {
            out.println("Port " + port + " on " + host + " is taken by another program.");
            out.println("Choose another with --port N, or see who has it: ss -ltnp 'sport = :" + port + "'");
        } else if (reason.contains("Permission denied")) {
            out.println("Port " + port + " may not be used by this user.");
            out.println("Choose one above 1023 with --port N, or give the program the right to it"
                    + " (CAP_NET_BIND_SERVICE).");
        } else if (reason.contains("assign requested address")) {
            out.println("The address " + host + " is none of this machine's.");
            out.println("Give one that is with --bind ADDRESS or server.bind; 0.0.0.0 means all of them.");
        } else {
            out.println("The server cannot listen on " + host + ", port " + port + ": " + reason + ".");
            out.println("Choose others with --port N and --bind ADDRESS.");
        }
    }
}
