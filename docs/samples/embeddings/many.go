package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

const lines = `{"custom_id": "cat", "method": "POST", "url": "/v1/embeddings", "body": {"model": "all-minilm-l6-v2", "input": "a cat on a mat"}}
{"custom_id": "kitten", "method": "POST", "url": "/v1/embeddings", "body": {"model": "all-minilm-l6-v2", "input": "a kitten on a rug"}}
`

func main() {
	ctx := context.Background()
	client := openai.NewClient(
		option.WithBaseURL(os.Getenv("DOUBLEWORD_API_BASE")),
		option.WithAPIKey(os.Getenv("DOUBLEWORD_API_KEY")),
	)

	file, err := client.Files.New(ctx, openai.FileNewParams{
		File:    openai.File(strings.NewReader(lines), "texts.jsonl", "application/jsonl"),
		Purpose: openai.FilePurposeBatch,
	})
	if err != nil {
		log.Fatal(err)
	}
	batch, err := client.Batches.New(ctx, openai.BatchNewParams{
		InputFileID:      file.ID,
		Endpoint:         openai.BatchNewParamsEndpointV1Embeddings,
		CompletionWindow: openai.BatchNewParamsCompletionWindow24h,
	})
	// Each call answers when the batch has ended, or after 30 seconds.
	for err == nil && (batch.Status == "in_progress" || batch.Status == "finalizing") {
		batch, err = client.Batches.Get(ctx, batch.ID, option.WithHeader("Prefer", "wait=30"))
	}
	if err != nil {
		log.Fatal(err)
	}
	output, err := client.Files.Content(ctx, batch.OutputFileID)
	if err != nil {
		log.Fatal(err)
	}
	defer output.Body.Close()
	text, err := io.ReadAll(output.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
}
