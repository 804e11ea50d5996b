"""The bus over RabbitMQ: the only place that speaks AMQP."""
