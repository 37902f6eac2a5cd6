// Reads YAML documents from standard input and decodes each custom resource into the Go type of the
// project that defines it, strictly: an unknown field, a field twice or a value of the wrong type is
// an error. Prints the kind and name of each document that it knew.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
}

func typeOf(head header) any {
	switch head.APIVersion + " " + head.Kind {
	case "monitoring.coreos.com/v1 ServiceMonitor":
		return &monitoring.ServiceMonitor{}
	case "monitoring.coreos.com/v1 PrometheusRule":
		return &monitoring.PrometheusRule{}
	case "gateway.networking.k8s.io/v1 HTTPRoute":
		return &gateway.HTTPRoute{}
	}
	return nil
}

func main() {
	if err := check(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(input io.Reader, output io.Writer) error {
	reader := documents.NewYAMLReader(bufio.NewReader(input))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var head header
		if err := yaml.Unmarshal(document, &head); err != nil {
			return err
		}
		target := typeOf(head)
		if target == nil {
			continue
		}
		if err := decode(document, target); err != nil {
			return fmt.Errorf("%s/%s: %w", head.Kind, head.Metadata.Name, err)
		}
		fmt.Fprintf(output, "%s/%s\n", head.Kind, head.Metadata.Name)
	}
}

// decode goes by the rules of the API server: names are case-sensitive, as encoding/json has them not.
func decode(document []byte, target any) error {
	text, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	mistakes, err := json.UnmarshalStrict(text, target)
	if err != nil {
		return err
	}
	return errors.Join(mistakes...)
}
