package ai.doubleword.batch;

import ai.doubleword.console.Code;
import jakarta.inject.Singleton;

/// The calls of the API that show what the page of a batch shows, as one pastes them. Stateless.
@Singleton
final class BatchCalls {
    /// The same in several ways.
    record Codes(Code curl, Code python, Code javascript) {}

    Codes list() {
        return new Codes(Code.of("sh", """
                        curl "$DOUBLEWORD_API_BASE/batches?limit=20&active_first=true" \\
                          -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
                        """), Code.of("python", """
                        import os
                        from openai import OpenAI

                        client = OpenAI(
                            base_url=os.environ["DOUBLEWORD_API_BASE"],
                            api_key=os.environ["DOUBLEWORD_API_KEY"],
                        )
                        for batch in client.batches.list(limit=20):
                            print(batch.id, batch.status, batch.request_counts)
                        """), Code.of("javascript", """
                        import OpenAI from 'openai';

                        const client = new OpenAI({
                          baseURL: process.env.DOUBLEWORD_API_BASE,
                          apiKey: process.env.DOUBLEWORD_API_KEY,
                        });
                        for await (const batch of client.batches.list({ limit: 20 })) {
                          console.log(batch.id, batch.status, batch.request_counts);
                        }
                        """));
    }

    Codes of(String id) {
        return new Codes(
                Code.of("sh", """
                        curl "$DOUBLEWORD_API_BASE/batches/%s" \\
                          -H "Authorization: Bearer $DOUBLEWORD_API_KEY"
                        """.formatted(id)),
                Code.of("python", """
                        import os
                        from openai import OpenAI

                        client = OpenAI(
                            base_url=os.environ["DOUBLEWORD_API_BASE"],
                            api_key=os.environ["DOUBLEWORD_API_KEY"],
                        )
                        batch = client.batches.retrieve("%s")
                        print(batch.status, batch.request_counts)
                        print(client.files.content(batch.output_file_id).text)
                        """.formatted(id)),
                Code.of("javascript", """
                        import OpenAI from 'openai';

                        const client = new OpenAI({
                          baseURL: process.env.DOUBLEWORD_API_BASE,
                          apiKey: process.env.DOUBLEWORD_API_KEY,
                        });
                        const batch = await client.batches.retrieve('%s');
                        console.log(batch.status, batch.request_counts);
                        console.log(await (await client.files.content(batch.output_file_id)).text());
                        """.formatted(id)));
    }
}
