{{- define "llm-proxy.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "llm-proxy.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "llm-proxy.name" . }}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "llm-proxy.selectorLabels" -}}
app.kubernetes.io/name: {{ include "llm-proxy.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "llm-proxy.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "llm-proxy.podLabels" . }}
{{- end }}

{{/* Without the chart's version: a new chart that leaves the pods as they are must not restart them. */}}
{{- define "llm-proxy.podLabels" -}}
{{ include "llm-proxy.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "llm-proxy.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "llm-proxy.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "llm-proxy.image" -}}
{{- $name := printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- with .Values.image.digest }}{{ $name = printf "%s@%s" $name . }}{{ end }}
{{- $name }}
{{- end }}

{{- define "llm-proxy.configMapName" -}}
{{- default (printf "%s-config" (include "llm-proxy.fullname" . | trunc 56 | trimSuffix "-")) .Values.existingConfigMap }}
{{- end }}

{{- define "llm-proxy.secretName" -}}
{{- default (printf "%s-keys" (include "llm-proxy.fullname" . | trunc 58 | trimSuffix "-")) .Values.existingSecret }}
{{- end }}

{{/* The configuration as the file that the proxy reads. */}}
{{- define "llm-proxy.config" -}}
{{- toYaml .Values.config }}
{{- end }}

{{/* How many processes serve in a pod, as text. `auto` counts the cores of the node where the pod has no CPU limit. */}}
{{- define "llm-proxy.workers" -}}
{{- $workers := dig "server" "workers" 1 .Values.config | toString | trim }}
{{- if eq (lower $workers) "auto" }}
{{- fail "config.server.workers: auto would start a process for each core of the node, which the pod's memory is not made for; set a number, or leave 1 and add pods" }}
{{- end }}
{{- $workers }}
{{- end }}

{{/* The keys as the file `.env`. In single quotes everything but a single quote stands for itself. */}}
{{- define "llm-proxy.envFile" -}}
{{- range $name, $value := .Values.keys }}
{{- if regexMatch "['\n]" $value }}
{{- fail (printf "keys.%s: a key with a single quote or a line break needs keysDelivery: env" $name) }}
{{- end }}
{{ $name }}='{{ $value }}'
{{- end }}
{{- end }}

{{/*
A duration of the proxy's configuration in seconds: 500ms, 30s, 2m, 1h; a bare number is seconds.
It takes a dict of `value` and `name`.
*/}}
{{- define "llm-proxy.seconds" -}}
{{- $text := toString .value | trim }}
{{- $number := regexFind "^[0-9]*\\.?[0-9]+" $text | float64 }}
{{- $unit := regexReplaceAll "^[0-9]*\\.?[0-9]+ *" $text "" }}
{{- $factor := get (dict "ms" 0.001 "s" 1.0 "" 1.0 "m" 60.0 "h" 3600.0) $unit }}
{{- if or (not $factor) (not (regexMatch "^[0-9]*\\.?[0-9]+ *[a-z]*$" $text)) }}
{{- fail (printf "config.%s: %q is not a duration that the chart can read (500ms, 30s, 2m, 1h); set terminationGracePeriodSeconds yourself" .name $text) }}
{{- end }}
{{- mulf $number $factor }}
{{- end }}

{{/* A setting of config.server, or the proxy's default. It takes a dict of `values`, `name`, `default`. */}}
{{- define "llm-proxy.serverSeconds" -}}
{{- $server := default dict .values.config.server }}
{{- $value := get $server .name }}
{{- if kindIs "invalid" $value }}{{ $value = .default }}{{ end }}
{{- if eq (toString $value) "" }}{{ $value = .default }}{{ end }}
{{- include "llm-proxy.seconds" (dict "value" $value "name" (printf "server.%s" .name)) }}
{{- end }}

{{/*
The kubelet starts to count before the preStop hook, and kills at the end of the count: so it has to
cover the hook, both of the proxy's own times and a margin.
*/}}
{{- define "llm-proxy.terminationGracePeriodSeconds" -}}
{{- if not (kindIs "invalid" .Values.terminationGracePeriodSeconds) }}
{{- .Values.terminationGracePeriodSeconds }}
{{- else if .Values.existingConfigMap }}
{{- fail "existingConfigMap: the chart cannot read its server.drain_delay and server.shutdown_timeout; set terminationGracePeriodSeconds to preStopSeconds + both + 5" }}
{{- else }}
{{- $delay := include "llm-proxy.serverSeconds" (dict "values" .Values "name" "drain_delay" "default" "0s") | float64 }}
{{- $timeout := include "llm-proxy.serverSeconds" (dict "values" .Values "name" "shutdown_timeout" "default" "30s") | float64 }}
{{- addf .Values.preStopSeconds $delay $timeout .Values.terminationMarginSeconds | ceil | int64 }}
{{- end }}
{{- end }}

{{/* How many pods there are at least. */}}
{{- define "llm-proxy.minimumReplicas" -}}
{{- ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int }}
{{- end }}

{{/* What a preset of ingress annotations consists of. */}}
{{- define "llm-proxy.ingressPreset" -}}
{{- $timeout := toString (int .Values.ingress.readTimeoutSeconds) }}
{{- if eq .Values.ingress.preset "nginx" }}
# An event must leave when it arrives, and an upload must not be collected on the controller's disk.
nginx.ingress.kubernetes.io/proxy-buffering: "off"
nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
nginx.ingress.kubernetes.io/proxy-http-version: "1.1"
nginx.ingress.kubernetes.io/proxy-read-timeout: {{ $timeout | quote }}
nginx.ingress.kubernetes.io/proxy-send-timeout: {{ $timeout | quote }}
nginx.ingress.kubernetes.io/proxy-body-size: {{ .Values.ingress.bodySize | quote }}
{{- else if eq .Values.ingress.preset "nginx-inc" }}
nginx.org/proxy-buffering: "False"
nginx.org/proxy-read-timeout: {{ printf "%ss" $timeout | quote }}
nginx.org/proxy-send-timeout: {{ printf "%ss" $timeout | quote }}
nginx.org/client-max-body-size: {{ .Values.ingress.bodySize | quote }}
{{- else if eq .Values.ingress.preset "alb" }}
# An ALB neither buffers answers nor limits bodies. Its idle time is one for silent answers and for
# idle connections to the pod, and the proxy closes those after 75 s: it has to be shorter.
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=70
alb.ingress.kubernetes.io/healthcheck-path: /health/ready
{{- end }}
{{- end }}
