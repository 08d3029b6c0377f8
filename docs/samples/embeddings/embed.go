package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(
		option.WithBaseURL(os.Getenv("DOUBLEWORD_API_BASE")),
		option.WithAPIKey(os.Getenv("DOUBLEWORD_API_KEY")),
	)

	answer, err := client.Embeddings.New(context.Background(), openai.EmbeddingNewParams{
		Model: "all-minilm-l6-v2",
		Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a cat on a mat", "a kitten on a rug"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range answer.Data {
		fmt.Printf("%d: %d dimensions\n", item.Index, len(item.Embedding))
	}
}
