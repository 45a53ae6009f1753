"""What messages of other systems are made of, brought to flat records: NGSI-LD entities, CAP alerts."""
