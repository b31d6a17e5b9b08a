"""The network half of newswarc: finds what is new on news sites and captures it, politely."""
