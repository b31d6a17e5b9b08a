"""The spiders that ``scrapy list`` finds."""
