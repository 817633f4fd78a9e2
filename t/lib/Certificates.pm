# A private certificate authority and what it signs, made by openssl in the workspace's folder.
package Certificates;

use strict;
use warnings;

use Carp qw(croak);
use Exporter qw(import);

use Workspace qw(folder write_file);

our @EXPORT = qw(authority certificate);

my %made;

sub openssl {
    my @arguments = @_;
    my $folder = folder();
    system("openssl @arguments >$folder/openssl.log 2>&1") == 0
        or croak "openssl @arguments: " . Workspace::read_file("$folder/openssl.log");
}

# The path of a root certificate; another name is another authority.
sub authority {
    my ($name) = (@_, 'ca');
    my $base = folder() . "/$name";
    $made{$name} //= do {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$name",
            "-keyout $base.pem -out $base.crt");
        chmod 0644, "$base.crt";
        "$base.crt";
    };
    return $made{$name};
}

# Paths of a certificate for a host name and of its key; options: ip (also for this address), by (authority).
sub certificate {
    my ($host, %option) = @_;
    my $by = $option{by} // 'ca';
    my $base = folder() . "/$by-$host";
    $made{$base} //= do {
        authority($by);
        my $names = "DNS:$host" . ($option{ip} ? ",IP:$option{ip}" : '');
        write_file("$base.ext", "subjectAltName=$names\n");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$host",
            "-keyout $base.pem -out $base.csr");
        openssl("x509 -req -in $base.csr -days 2 -extfile $base.ext -CAcreateserial",
            '-CA', folder() . "/$by.crt", '-CAkey', folder() . "/$by.pem", "-out $base.crt");
        1;
    };
    return ("$base.crt", "$base.pem");
}

sub nginx_lines {
    my ($certificate, $key) = certificate('localhost', ip => '127.0.0.1');
    return "ssl_certificate $certificate; ssl_certificate_key $key;";
}

1;
