package ai.doubleword.simulator;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The cl100k tokenizer. Its tables take some hundred milliseconds to load, which happens on first use.
final class Tokens {
    private static volatile boolean loaded;

    private Tokens() {}

    private static final class Holder {
        static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    }

    static boolean loaded() {
        return loaded;
    }

    static void load() {
        if (count("loaded") > 0) {
            loaded = true;
        }
    }

    static int count(String text) {
        return Holder.CL100K.countTokensOrdinary(text);
    }

    static int[] encode(String text) {
        return Holder.CL100K.encodeOrdinary(text).toArray();
    }

    /// The text of tokens; bytes that are no whole character become U+FFFD.
    static String decode(int[] tokens) {
        return new String(bytes(tokens), StandardCharsets.UTF_8);
    }

    /// The text in the pieces a model would stream: one per token, or per few where a character needs several. What is
    /// left of a character at the end is dropped, as it is by model servers.
    static List<String> pieces(int[] tokens) {
        List<String> pieces = new ArrayList<>(tokens.length);
        byte[] pending = new byte[0];
        for (int token : tokens) {
            byte[] more = bytes(new int[] {token});
            int before = pending.length;
            pending = Arrays.copyOf(pending, before + more.length);
            System.arraycopy(more, 0, pending, before, more.length);
            if (endsWhole(pending)) {
                pieces.add(new String(pending, StandardCharsets.UTF_8));
                pending = new byte[0];
            }
        }
        return pieces;
    }

    private static boolean endsWhole(byte[] utf8) {
        int i = utf8.length - 1;
        int continuations = 0;
        while (i >= 0 && (utf8[i] & 0xc0) == 0x80) {
            i--;
            continuations++;
        }
        if (i < 0) {
            return false;
        }
        int lead = utf8[i] & 0xff;
        int needed = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        return continuations >= needed;
    }

    private static byte[] bytes(int[] tokens) {
        IntArrayList list = new IntArrayList(tokens.length);
        for (int token : tokens) {
            list.add(token);
        }
        return Holder.CL100K.decodeBytes(list);
    }
}
