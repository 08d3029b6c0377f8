package ai.doubleword.mail;

import java.net.URI;

/// How a mail reads: as plain text, and as HTML that says the same. Programs that read mails know no style sheets, so
/// styles stand in the elements.
final class MailText {
    private MailText() {}

    /// @param url the whole link; empty if the mail leads nowhere
    static Carrier.Envelope envelope(Mail mail, String url, URI server) {
        return new Carrier.Envelope(mail.recipient(), mail.subject(), text(mail, url, server), html(mail, url, server));
    }

    private static String text(Mail mail, String url, URI server) {
        String link = url.isEmpty() ? "" : Mail.BREAK + mail.linkLabel() + ":\n" + url;
        return mail.body() + link + Mail.BREAK + "-- \nDoubleword, " + server + '\n';
    }

    private static String html(Mail mail, String url, URI server) {
        StringBuilder paragraphs = new StringBuilder();
        for (String paragraph : mail.paragraphs()) {
            paragraphs
                    .append("<p style=\"margin:0 0 16px\">")
                    .append(escaped(paragraph))
                    .append("</p>\n");
        }
        String button = url.isEmpty() ? "" : button(escaped(url), escaped(mail.linkLabel()));
        return """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
            <meta name="color-scheme" content="light dark"><title>%s</title></head>
            <body style="margin:0;padding:32px 16px;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:520px;margin:0 auto">
            <p style="margin:0 0 24px;font-weight:600">Doubleword</p>
            %s%s<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #8885;font-size:13px;color:#77777d">%s</p>
            </div>
            </body>
            </html>
            """.formatted(escaped(mail.subject()), paragraphs, button, escaped(server.toString()));
    }

    private static String button(String url, String label) {
        return """
            <p style="margin:24px 0"><a href="%1$s" style="display:inline-block;padding:10px 18px;border-radius:8px;\
            background:#1c1c1f;color:#ffffff;text-decoration:none;font-weight:600">%2$s</a></p>
            <p style="margin:0 0 16px;font-size:13px;color:#77777d">Or open this address:\
             <span style="word-break:break-all">%1$s</span></p>
            """.formatted(url, label);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
