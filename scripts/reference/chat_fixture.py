"""Writes packages/train/test/fixtures/chat: what transformers' apply_chat_template makes of some conversations.

    python scripts/reference/chat_fixture.py

The templates are small ones of the four kinds in use: ChatML, Llama 3, Gemma, Mistral. After tokenizer_fixture.py.
"""

import json
from pathlib import Path

import jinja2
import transformers
from transformers import AutoTokenizer

FIXTURES = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures"
OUT = FIXTURES / "chat"

CHATML = """\
{%- if messages[0]['role'] == 'system' -%}
    {%- set rest = messages[1:] -%}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else -%}
    {%- set rest = messages -%}
    {{- '<|im_start|>system\\nYou answer in few words.<|im_end|>\\n' }}
{%- endif -%}
{%- for message in rest %}
    {{- '<|im_start|>' ~ message.role ~ '\\n' ~ message.content }}
    {%- if message.tool_calls is defined and message.tool_calls %}
        {%- for call in message.tool_calls %}
            {{- '\\n' + (call | tojson) }}
        {%- endfor %}
    {%- endif %}
    {{- '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""

LLAMA3 = """\
{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = strftime_now("%d %b %Y") if strftime_now is defined else "26 Jul 2024" %}
{%- endif %}
{%- set ns = namespace(system='', seen=0) %}
{%- if messages[0]['role'] == 'system' %}
    {%- set ns.system = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today is " + date_string + "\\n\\n" }}
{{- ns.system }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- set ns.seen = ns.seen + 1 %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

GEMMA = """\
{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{% for message in messages %}
    {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
    {% endif %}
    {% if (message['role'] == 'assistant') %}
        {% set role = 'model' %}
    {% else %}
        {% set role = message['role'] %}
    {% endif %}
    {{ '<start_of_turn>' + role + '
' + message['content'] | trim + '<end_of_turn>
' }}
{% endfor %}
{% if add_generation_prompt %}{{'<start_of_turn>model
'}}{% endif %}
"""

MISTRAL = """\
{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('After the optional system message, roles must alternate') }}
    {%- endif %}
    {%- if message["role"] == "user" %}
        {%- if loop.first and system_message is defined %}
            {{- " [INST] " + system_message + "\\n\\n" + message["content"] + " [/INST]" }}
        {%- else %}
            {{- " [INST] " + message["content"] + " [/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"] + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported") }}
    {%- endif %}
{%- endfor %}
"""

# template, the tokenizer whose special tokens it names, and more variables
TEMPLATES = {
    "chatml": (CHATML, "qwen2", {"enable_thinking": False}),
    "llama3": (LLAMA3, "llama3", {"date_string": "01 Mar 2025"}),
    "gemma": (GEMMA, "gemma", {}),
    "mistral": (MISTRAL, "mistral", {}),
}


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


CONVERSATIONS = [
    [user("What is a rank?")],
    [user("What is a rank?"), assistant("The inner size.")],
    [user("  Grüße 😀\n"), assistant("\n東京  "), user("{{ bos_token }} <s> {% if %}"), assistant("")],
    [{"role": "system", "content": " Be brief. "}, user("Hi"), assistant("Hi.")],
    [{"role": "system", "content": ""}, user('a "quoted" & <b>word</b>')],
    [assistant("I begin.")],
    [user("one"), user("two")],
    [user("call"), assistant("x", tool_calls=[{"name": "f", "arguments": {"é": [1, 2.5, None, True]}}])],
]


def render(tokenizer, messages, **options):
    try:
        return {"text": tokenizer.apply_chat_template(messages, tokenize=False, **options)}
    except jinja2.exceptions.TemplateError as error:
        return {"error": str(error)}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    document = {"transformers": transformers.__version__, "jinja2": jinja2.__version__, "conversations": CONVERSATIONS}
    for name, (template, kind, variables) in TEMPLATES.items():
        (OUT / f"{name}.jinja").write_text(template, encoding="utf-8")
        tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "tokenizers" / kind)
        tokenizer.chat_template = template
        document[name] = {
            "tokenizer": kind,
            "variables": variables,
            "whole": [render(tokenizer, messages, **variables) for messages in CONVERSATIONS],
            "prompt": [
                render(tokenizer, messages, add_generation_prompt=True, **variables) for messages in CONVERSATIONS
            ],
        }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (OUT / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
