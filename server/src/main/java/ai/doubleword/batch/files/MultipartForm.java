package ai.doubleword.batch.files;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.fileupload.FileUploadBase.FileUploadIOException;
import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.MultipartStream.MalformedStreamException;
import org.apache.commons.fileupload.ParameterParser;

/// Reads a `multipart/form-data` body as it arrives: one part goes to where files go, in whatever place it stands; the
/// others are short texts.
final class MultipartForm {
    private static final int BUFFER = 64 * 1024;
    private static final int MAX_FIELD = 16 * 1024;
    private static final int MAX_PARTS = 100;

    private final String filePart;
    private final Map<String, String> fields = new HashMap<>();
    private Optional<String> fileName = Optional.empty();

    /// @param filePart the name of the part that is a file
    MultipartForm(String filePart) {
        this.filePart = filePart;
    }

    /// The boundary of a `Content-Type`.
    ///
    /// @throws ProblemException if it is no `multipart/form-data`
    static byte[] boundary(String contentType) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        String boundary = parser.parse(contentType, ';').get("boundary");
        if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data") || boundary == null) {
            throw new ProblemException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the file as `multipart/form-data` with a boundary, as SDKs and `curl -F` do.");
        }
        return boundary.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The texts of the other parts, by name.
    Map<String, String> fields() {
        return fields;
    }

    /// What the client calls the file; nothing if there was none.
    Optional<String> fileName() {
        return fileName;
    }

    /// Reads the body to its end.
    ///
    /// @param file where the file goes
    /// @throws ProblemException if the form is malformed
    void read(InputStream body, byte[] boundary, OutputStream file) throws IOException {
        try {
            MultipartStream parts = new MultipartStream(body, boundary, Math.max(BUFFER, 4 * boundary.length), null);
            boolean more = parts.skipPreamble();
            for (int part = 0; more; part++) {
                if (part == MAX_PARTS) {
                    throw malformed("it has more than " + MAX_PARTS + " parts");
                }
                readPart(parts, file);
                more = parts.readBoundary();
            }
        } catch (MalformedStreamException | FileUploadIOException | IllegalArgumentException e) {
            throw malformed("a boundary or the head of a part is not right");
        }
        // What follows the last boundary belongs to nobody, but the connection wants it read.
        body.transferTo(OutputStream.nullOutputStream());
    }

    private void readPart(MultipartStream parts, OutputStream file) throws IOException {
        Map<String, String> disposition = disposition(parts.readHeaders());
        String name = Objects.requireNonNullElse(disposition.get("name"), "");
        if (name.equals(filePart)) {
            if (fileName.isPresent()) {
                throw malformed("it has two parts named '" + filePart + "'");
            }
            fileName = Optional.of(Objects.requireNonNullElse(disposition.get("filename"), ""));
            parts.readBodyData(file);
        } else {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            parts.readBodyData(new Bounded(text, name));
            if (fields.putIfAbsent(name, text.toString(StandardCharsets.UTF_8)) != null) {
                throw malformed("it has two parts named '" + name + "'");
            }
        }
    }

    private static Map<String, String> disposition(String headers) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return headers.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-disposition:"))
                .findFirst()
                .map(line -> parser.parse(line.substring(line.indexOf(':') + 1), ';'))
                .orElse(Map.of());
    }

    private static ProblemException malformed(String what) {
        return new ProblemException(
                Problem.of(ErrorCode.INVALID_VALUE, "The multipart form cannot be read: " + what + "."));
    }

    /// A field's text is short.
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream out;
        private final String name;

        Bounded(ByteArrayOutputStream out, String name) {
            this.out = out;
            this.name = name;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (out.size() + length > MAX_FIELD) {
                throw malformed("the part '" + name + "' is longer than " + MAX_FIELD + " bytes");
            }
            out.write(bytes, from, length);
        }
    }
}
